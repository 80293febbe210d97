import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Playhouse } from '../playhouse.ts';

let house: Playhouse;

beforeAll(async () => {
  house = await Playhouse.open();
});

afterEach(() => house.sweep());

afterAll(() => house.close());

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
