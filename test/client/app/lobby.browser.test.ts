import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Playhouse } from '../playhouse.ts';
import { picturesRun } from '../running-pictures.ts';

const SAMPLE_ACTOR = fileURLToPath(new URL('../../../assets/sample-actor.webm', import.meta.url));

let house: Playhouse;

beforeAll(async () => {
  house = await Playhouse.open();
});

afterEach(() => house.sweep());

afterAll(() => house.close());

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
