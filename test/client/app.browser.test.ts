import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BAD_PICTURE } from './fake-server.ts';
import { Playhouse } from './playhouse.ts';

const SAMPLE_ACTOR = fileURLToPath(new URL('../../assets/sample-actor.webm', import.meta.url));

let house: Playhouse;

beforeAll(async () => {
  house = await Playhouse.open();
});

afterEach(async () => {
  expect(house.offences).toEqual([]);
  expect(house.server.violations).toEqual([]);
  house.server.comeBack();
  await house.clear();
});

afterAll(() => house.close());

/** Resolves once every tile shows `count` running pictures. */
async function picturesRun(page: Page, count: number): Promise<void> {
  await page.waitForFunction((expected) => {
    const videos = [...document.querySelectorAll<HTMLVideoElement>('.tile video')];
    const running = videos.filter(
      ({ videoWidth, currentTime }) => videoWidth > 0 && currentTime > 0,
    );
    return videos.length === expected && running.length === expected;
  }, count);
}

function png(
  page: Page,
  name: string,
  side = 256,
): Promise<{ name: string; mimeType: string; buffer: Buffer }> {
  return page
    .evaluate((size) => {
      const canvas = document.createElement('canvas');
      canvas.width = canvas.height = size;
      canvas.getContext('2d')?.fillRect(0, 0, size / 2, size);
      return canvas.toDataURL('image/png').split(',')[1] ?? '';
    }, side)
    .then((data) => ({ name, mimeType: 'image/png', buffer: Buffer.from(data, 'base64') }));
}

/** Whether a person sees all of an element without scrolling. */
function inSight(element: Locator): Promise<boolean> {
  return element.evaluate((node) => {
    const { top, bottom } = node.getBoundingClientRect();
    const holder = node.closest('dialog')?.getBoundingClientRect();
    return top >= (holder?.top ?? 0) && bottom <= (holder?.bottom ?? innerHeight);
  });
}

/** Roles of what can be focused and has no accessible name, as Chromium tells assistive technology. */
async function namelessControls(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  return nodes
    .filter((node) => !node.ignored && node.name?.value === '')
    .filter((node) =>
      node.properties?.some(({ name, value }) => name === 'focusable' && value.value),
    )
    .map((node) => String(node.role?.value))
    .filter((role) => !/^(RootWebArea|main)$/.test(role));
}

describe('joining', () => {
  it('brings two people together, each with both avatars in motion and marked as such', async () => {
    const robin = await house.join('Robin', 'ada');
    const sasha = await house.join('Sasha', 'bruno');
    for (const page of [robin, sasha]) {
      await picturesRun(page, 2);
      expect(await page.getByTestId('synthetic').count()).toBe(2);
    }
    await expect.poll(() => robin.getByTestId('tile').textContent()).toContain('as Bruno');
    expect(await sasha.getByTestId('tile-self').textContent()).toContain('Sasha (you)');
  });

  it('tells those who stay that someone left', async () => {
    const robin = await house.join('Robin', 'ada');
    const sasha = await house.join('Sasha', 'bruno');
    await picturesRun(robin, 2);
    await sasha.getByTestId('leave').click();
    await sasha.getByTestId('lobby').waitFor();
    await robin.getByTestId('alone').waitFor();
    expect(await robin.getByTestId('tile').count()).toBe(0);
  });

  it('is refused with a sentence, and the lobby stays usable', async () => {
    const page = await house.visit();
    await page.getByTestId('identity-hugo').click();
    await page.getByTestId('name').fill('Robin');
    await page.getByText('You will be seen as Hugo').waitFor();
    const [hugo] = house.server.identities.splice(7, 1);
    await page.getByTestId('join').click();
    await page.getByText('There is no identity "hugo".').waitFor();
    house.server.identities.splice(7, 0, hugo!);
    await page.getByTestId('join').click();
    await page.getByTestId('call').waitFor();
  });

  it('fails with a sentence while the server is away', async () => {
    const page = await house.visit();
    await page.getByTestId('name').fill('Robin');
    await page.getByText(/^You will be seen as/).waitFor();
    house.server.goDown();
    await page.getByTestId('join').click();
    await page.getByText('The server cannot be reached.').waitFor();
    expect(await page.getByTestId('lobby').isVisible()).toBe(true);
  });

  it('says what is wrong when the browser denies the camera', async () => {
    const page = await house.visit({
      script: () => {
        navigator.mediaDevices.getUserMedia = () =>
          Promise.reject(new DOMException('denied', 'NotAllowedError'));
      },
    });
    await page.getByText('The browser blocked the camera').waitFor();
    await page.getByText('Turn on your camera, or use the sample actor.').waitFor();
  });

  it.skipIf(!existsSync(SAMPLE_ACTOR))(
    'works without a camera, with the sample actor',
    async () => {
      const page = await house.visit({
        script: () => {
          navigator.mediaDevices.getUserMedia = () =>
            Promise.reject(new DOMException('none', 'NotFoundError'));
        },
      });
      await page.getByText('No camera or microphone was found').waitFor();
      await page.getByTestId('sample-actor').click();
      await page.getByTestId('name').fill('Robin');
      await page.getByText(/^You will be seen as/).waitFor();
      await page.getByTestId('join').click();
      await picturesRun(page, 1);
      await page.waitForFunction(async () => {
        const stats = await globalThis.understudy?.session?.stats();
        return (stats?.browser.fpsSent ?? 0) > 0;
      });
    },
  );
});

describe('changing the face', () => {
  it('in mid-call is seen by the other', async () => {
    const robin = await house.join('Robin', 'ada');
    const sasha = await house.join('Sasha', 'bruno');
    await picturesRun(sasha, 2);
    await robin.getByTestId('identity-celeste').click();
    await expect.poll(() => sasha.getByTestId('tile').textContent()).toContain('as Celeste');
    expect(await robin.getByTestId('tile-self').textContent()).toContain('as Celeste');
  });

  it('goes back to the one before when it is refused', async () => {
    const robin = await house.join('Robin', 'ada');
    await picturesRun(robin, 1);
    const [hugo] = house.server.identities.splice(7, 1);
    await robin.getByTestId('identity-hugo').click();
    await robin.getByText('There is no identity "hugo".').waitFor();
    house.server.identities.splice(7, 0, hugo!);
    expect(await robin.getByTestId('identity-ada').getByRole('radio').isChecked()).toBe(true);
  });
});

describe('enrolment', () => {
  it('shows at a picture what is wrong with it, before and after it was sent, and keeps nothing', async () => {
    const page = await house.visit();
    await page.getByTestId('enrol').click();
    await page
      .getByTestId('enrol-files')
      .setInputFiles([
        await png(page, 'good.png'),
        { name: 'broken.png', mimeType: 'image/png', buffer: Buffer.from('no picture') },
        await png(page, 'tiny.png', 64),
        await png(page, BAD_PICTURE),
      ]);
    const problems = page.getByTestId('picture-error');
    await expect
      .poll(() => problems.allTextContents())
      .toEqual([
        'The file is damaged: it cannot be opened as a picture.',
        '64 × 64 is too small; use 128 pixels or more.',
      ]);
    await page.getByRole('button', { name: 'Remove picture 3' }).click();
    await page.getByRole('button', { name: 'Remove picture 2' }).click();
    await page.getByTestId('enrol-name').fill('Twin');
    await page.getByTestId('enrol-submit').click();
    await page.getByText('Tick the statement about who is shown.').waitFor();
    await page.getByTestId('consent').check();
    await page.getByTestId('enrol-submit').click();
    await page.getByText('There are two faces in this picture').waitFor();
    expect(await page.getByTestId('picture').nth(1).textContent()).toContain('two faces');
    expect(house.server.identities).toHaveLength(8);
  });

  it('adds a face, chooses it, and lets its maker delete it', async () => {
    const page = await house.visit();
    await page.getByTestId('enrol').click();
    await page.getByTestId('enrol-files').setInputFiles([await png(page, 'me.png')]);
    await page.getByTestId('enrol-name').fill('Me');
    await page.getByTestId('subject-invented-character').check();
    await page.getByTestId('consent').check();
    await page.getByTestId('enrol-submit').click();
    await page.getByText('“Me” has joined the cast.').waitFor();
    const { id } = house.server.identities[8]!;
    await page.getByText('You will be seen as Me.').waitFor();
    await page.getByTestId(`delete-${id}`).click();
    await page.getByTestId('confirm').click();
    await page.getByText('“Me” was deleted.').waitFor();
    expect(house.server.identities).toHaveLength(8);
    expect(await page.locator('[data-testid^="delete-"]').count()).toBe(0);
  });

  it('bug: on a phone the new face and the button that adds it were below the edge', async () => {
    const page = await house.visit({ width: 360, height: 740 });
    await page.getByText(/^You will be seen as/).waitFor();
    expect(await page.evaluate(() => scrollY)).toBe(0);
    await page.getByTestId('enrol').click();
    await page.getByTestId('enrol-files').setInputFiles([await png(page, 'me.png')]);
    await page.getByTestId('picture').waitFor();
    expect(await inSight(page.getByTestId('enrol-submit'))).toBe(true);
    await page.getByTestId('enrol-name').fill('Me');
    await page.getByTestId('consent').check();
    await page.getByTestId('enrol-submit').click();
    await page.getByText('“Me” has joined the cast.').waitFor();
    const { id } = house.server.identities[8]!;
    await expect.poll(() => inSight(page.getByTestId(`identity-${id}`))).toBe(true);
    await page.getByTestId(`delete-${id}`).click();
    await page.getByTestId('confirm').click();
    await page.getByText('“Me” was deleted.').waitFor();
  });

  it('takes pictures that are dropped on it, and no more than eight', async () => {
    const page = await house.visit();
    await page.getByTestId('enrol').click();
    const { buffer } = await png(page, 'any.png');
    await page.getByTestId('drop').evaluate(
      (drop, bytes) => {
        const dataTransfer = new DataTransfer();
        for (let index = 1; index <= 9; index++) {
          const file = new File([new Uint8Array(bytes)], `${index}.png`, { type: 'image/png' });
          dataTransfer.items.add(file);
        }
        drop.dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true }));
      },
      [...buffer],
    );
    await page.getByText('At most 8 pictures: 1 left out.').waitFor();
    expect(await page.getByTestId('picture').count()).toBe(8);
  });

  it('takes webcam snapshots, asking for one pose after the other', async () => {
    const page = await house.visit();
    await page.getByTestId('enrol').click();
    await page.getByTestId('open-booth').click();
    await page.getByText('Look straight into the camera').waitFor();
    await page.getByTestId('shutter').click();
    await page.getByText('Open your mouth').waitFor();
    expect(await page.getByTestId('picture').count()).toBe(1);
    await page.keyboard.press('Escape');
    await page.getByTestId('enrolment').waitFor({ state: 'detached' });
  });
});

describe('the cast', () => {
  it('that cannot be had is asked for again, by a button', async () => {
    const page = await house.visit({ path: '/?test' });
    let broken = true;
    await page.route('**/api/identities', (route) =>
      broken ? route.fulfill({ status: 502, body: 'down' }) : route.continue(),
    );
    await page.goto(`${house.url}/?test`);
    await page.getByText('The server answered 502.').waitFor();
    broken = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByTestId('identity-ada').waitFor();
  });

  it('is asked for again when someone comes as a face that is newer than the list', async () => {
    const robin = await house.join('Robin', 'ada');
    await picturesRun(robin, 1);
    const newer = { ...house.server.identities[0]!, id: 'newer', name: 'The Newcomer' };
    house.server.identities.push(newer);
    await house.join('Sasha', 'newer');
    await expect.poll(() => robin.getByTestId('tile').textContent()).toContain('as The Newcomer');
    house.server.identities.pop();
  });
});

describe('the motion', () => {
  it('is set from backstage, and a new neutral face is taken', async () => {
    const page = await house.join('Robin', 'ada');
    await page.getByTestId('toggle-panel').click();
    await page.getByTestId('motion-absolute').check();
    await page.getByTestId('smoothing').fill('0.8');
    await page.getByTestId('recalibrate').click();
    await expect
      .poll(() => house.server.received.filter(({ type }) => type === 'motion'))
      .toEqual([
        { type: 'motion', motion: 'absolute' },
        { type: 'motion', smoothing: 0.8 },
        { type: 'motion', recalibrate: true },
      ]);
  });
});

describe('a lost connection', () => {
  it('is announced, comes back by itself, and keeps the same stream', async () => {
    const robin = await house.join('Robin', 'ada');
    const sasha = await house.join('Sasha', 'bruno');
    await picturesRun(robin, 2);
    await robin.getByTestId('identity-greta').click();
    await expect.poll(() => sasha.getByTestId('tile').textContent()).toContain('as Greta');
    await robin.evaluate(() => {
      Object.assign(globalThis, { streamBefore: globalThis.understudy?.session?.stream });
    });
    house.server.goDown();
    await robin.getByText('Reconnecting…').waitFor();
    house.server.comeBack();
    await robin.getByText('Back again.').waitFor();
    await picturesRun(robin, 2);
    expect(
      await robin.evaluate(() => {
        const { stream } = globalThis.understudy?.session ?? {};
        const { streamBefore } = globalThis as { streamBefore?: MediaStream };
        return stream === streamBefore && stream?.getVideoTracks()[0]?.readyState;
      }),
    ).toBe('live');
    expect(await robin.getByTestId('tile-self').textContent()).toContain('as Greta');
  });
});

describe('the keyboard', () => {
  it('mutes, shows help, closes it, and leaves', async () => {
    const page = await house.join('Robin', 'ada');
    await picturesRun(page, 1);
    await page.keyboard.press('m');
    await page.keyboard.press('v');
    await expect
      .poll(() => house.server.received.filter(({ type }) => type === 'mute'))
      .toEqual([
        { type: 'mute', muted: { audio: true, video: false } },
        { type: 'mute', muted: { audio: true, video: true } },
      ]);
    await page.keyboard.press('?');
    await page.getByTestId('shortcut-help').waitFor();
    await page.keyboard.press('l');
    await page.keyboard.press('Escape');
    await page.getByTestId('shortcut-help').waitFor({ state: 'detached' });
    expect(await page.getByTestId('call').isVisible()).toBe(true);
    await page.keyboard.press('l');
    await page.getByTestId('lobby').waitFor();
  });

  it('reaches everything in the lobby, in the order of the page', async () => {
    const page = await house.visit();
    await page.getByText(/^You will be seen as/).waitFor();
    const reached: string[] = [];
    for (let press = 0; press < 20 && reached.at(-1) !== 'join'; press++) {
      await page.keyboard.press('Tab');
      reached.push(
        await page.evaluate(() => {
          const { activeElement } = document;
          const own = activeElement?.getAttribute('data-testid');
          return own ?? activeElement?.closest('[data-testid]')?.getAttribute('data-testid') ?? '';
        }),
      );
    }
    const stations = [
      'theme',
      'use-camera',
      'sample-actor',
      'enrol',
      'identity-ada',
      'name',
      'room',
      'join',
    ];
    expect(reached.filter((testid) => stations.includes(testid))).toEqual(stations);
  });
});

describe('a screen reader', () => {
  it('is told a name for everything that can be focused, in lobby, enrolment, call and backstage', async () => {
    const page = await house.visit();
    await page.getByText(/^You will be seen as/).waitFor();
    expect(await namelessControls(page)).toEqual([]);
    await page.getByTestId('enrol').click();
    await page.getByTestId('open-booth').click();
    await page.getByTestId('enrol-files').setInputFiles([await png(page, 'me.png')]);
    await page.getByTestId('picture').waitFor();
    expect(await namelessControls(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByTestId('name').fill('Robin');
    await page.getByTestId('join').click();
    await page.getByTestId('toggle-panel').click();
    await page.getByTestId('added-latency').waitFor();
    expect(await namelessControls(page)).toEqual([]);
  });

  it('would notice a button without a name', async () => {
    const page = await house.visit();
    await page.evaluate(() => document.body.append(document.createElement('button')));
    expect(await namelessControls(page)).toEqual(['button']);
  });
});

describe('a phone', () => {
  it('shows lobby, call and backstage without anything sticking out at 360 pixels', async () => {
    const overflow = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth);
    const page = await house.visit({ width: 360, height: 740 });
    await page.getByText(/^You will be seen as/).waitFor();
    expect(await overflow(page)).toBe(360);
    await page.getByTestId('name').fill('Robin');
    await page.getByTestId('join').click();
    await picturesRun(page, 1);
    expect(await overflow(page)).toBe(360);
    await page.getByTestId('toggle-panel').click();
    await page.getByTestId('added-latency').waitFor();
    expect(await overflow(page)).toBe(360);
    for (const button of await page.locator('.controls button').all()) {
      const box = await button.boundingBox();
      expect(box?.x).toBeGreaterThanOrEqual(0);
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(360);
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
    }
  });
});

describe('the live panel', () => {
  it('draws each stage’s share of the frame’s time', async () => {
    const page = await house.join('Robin', 'ada');
    await page.getByTestId('toggle-panel').click();
    await page.getByTestId('added-latency').waitFor();
    await page.waitForFunction(
      () => document.querySelectorAll('[data-testid="frame-time-chart"] rect').length >= 10,
    );
    const widths = await page
      .locator('[data-testid="stage-bar"] .bar-part')
      .evaluateAll((parts) => parts.map((part) => part.getBoundingClientRect().width));
    // decode, landmark, pose, render, encode: the fake server's render is by far the longest.
    expect(widths).toHaveLength(5);
    expect(Math.max(...widths)).toBe(widths[3]);
    await page.waitForFunction(() =>
      /ms/.test(document.querySelector('[data-testid="glass-to-glass"]')?.textContent ?? ''),
    );
  });
});

describe('a house that is full', () => {
  afterEach(() => house.server.makeRoom());

  async function knock(): Promise<Page> {
    const page = await house.visit();
    await page.getByTestId('identity-ada').click();
    await page.getByTestId('name').fill('Robin');
    await page.getByText(/^You will be seen as/).waitFor();
    await page.getByTestId('join').click();
    await page.getByTestId('house-full').waitFor();
    return page;
  }

  it('shows those who wait their place in line, and lets them in when there is one', async () => {
    house.server.fillUp({ queue: true });
    const page = await knock();
    const shown = await page.getByTestId('house-full').textContent();
    expect(shown).toContain('You are number 3 in line.');
    expect(shown).toContain('in about 2 minutes');
    expect(shown).toContain('4 of about 4 places are taken');
    expect(await page.getByTestId('queue').locator('.queue-seat').count()).toBe(3);
    house.server.makeRoom();
    await page.getByTestId('call').waitFor();
  });

  it('lets one leave the line, and try again', async () => {
    house.server.fillUp({ queue: true });
    const page = await knock();
    await page.getByTestId('leave-queue').click();
    await expect.poll(() => page.getByTestId('house-full').isVisible()).toBe(false);
    expect(await page.getByTestId('toast').count()).toBe(0);
    await expect.poll(() => page.getByTestId('join').textContent()).toBe('Join the call');
  });

  it('says why one is not let in, and about when to come again', async () => {
    house.server.fillUp({ queue: false });
    const page = await knock();
    const shown = await page.getByTestId('house-full').textContent();
    expect(shown).toContain('a frame could take 41 ms of the 33 ms');
    expect(shown).toContain('A place is free, in about 2 minutes');
    expect(await page.getByTestId('leave-queue').isVisible()).toBe(false);
  });
});

describe('the live panel’s strip of levels', () => {
  afterEach(() => {
    house.server.degraded = 0;
  });

  it('says how much is drawn, why, and how many frames were in time', async () => {
    const page = await house.join('Robin', 'ada');
    await page.getByTestId('toggle-panel').click();
    await page.waitForFunction(
      () => document.querySelectorAll('[data-testid="level-strip"] rect').length >= 3,
    );
    expect(await page.getByTestId('level').textContent()).toMatch(/full quality|second frame/);
    expect(await page.getByTestId('level-reason').textContent()).toMatch(/in time|others/);
    expect(await page.getByTestId('deadlines').textContent()).toMatch(
      /of \d+ frames within 33.3 ms/,
    );
  });

  it('says how many frames went without the network’s answer, once there are any', async () => {
    const page = await house.join('Robin', 'ada');
    await page.getByTestId('toggle-panel').click();
    await page.waitForFunction(
      () => document.querySelectorAll('[data-testid="level-strip"] rect').length >= 1,
    );
    const degraded = page.getByTestId('degraded');
    expect(await degraded.isVisible()).toBe(false);
    house.server.degraded = 7;
    await degraded.waitFor();
    expect(await degraded.textContent()).toMatch(/^7 shown by the plain warp/);
  });
});

describe('the watch over the page', () => {
  it('notices an inline script and a foreign request', async () => {
    const page = await house.visit();
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'globalThis.intruder = true';
      document.body.append(script);
      return fetch('https://example.invalid/').catch(() => undefined);
    });
    await expect.poll(() => house.offences.some((text) => /inline script/.test(text))).toBe(true);
    expect(house.offences.some((text) => text.includes('example.invalid'))).toBe(true);
    expect(await page.evaluate(() => 'intruder' in globalThis)).toBe(false);
    house.offences.splice(0);
  });
});
