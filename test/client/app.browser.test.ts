import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { pngFile } from './picture-file.ts';
import { Playhouse } from './playhouse.ts';
import { picturesRun } from './running-pictures.ts';

let house: Playhouse;

beforeAll(async () => {
  house = await Playhouse.open();
});

afterEach(() => house.sweep());

afterAll(() => house.close());

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
    await page.getByTestId('enrol-files').setInputFiles([await pngFile(page, 'me.png')]);
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
