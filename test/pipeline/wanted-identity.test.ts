import { beforeEach, describe, expect, it } from 'vitest';
import { SHOWN_WITHIN, WantedIdentity } from '../../src/pipeline/wanted-identity.ts';

let wanted: WantedIdentity;
let outcome: string | undefined;

/** Notes what becomes of it. */
function follow(each: WantedIdentity, note: (said: string) => void): void {
  each.seen.then(
    () => note('seen'),
    (error) => note(`${error.code}: ${error.message}`),
  );
}

beforeEach(() => {
  wanted = new WantedIdentity('taro');
  outcome = undefined;
  follow(wanted, (said) => {
    outcome = said;
  });
});

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('an identity that somebody is to be seen as', () => {
  it('is seen with its first picture, and with no other', async () => {
    wanted.ready(0);
    wanted.sent('marlow');
    await settle();
    expect(outcome).toBeUndefined();
    wanted.sent('taro');
    await settle();
    expect(outcome).toBe('seen');
  });

  it('fails where no picture of it comes within its time, counted from when it is ready', async () => {
    wanted.tick(10 * SHOWN_WITHIN);
    wanted.ready(10 * SHOWN_WITHIN);
    wanted.tick(11 * SHOWN_WITHIN - 1);
    await settle();
    expect(outcome).toBeUndefined();
    wanted.tick(11 * SHOWN_WITHIN);
    await settle();
    expect(outcome).toMatch(/^identity_failed: No picture/);
  });

  it.each([
    ['once it is ready', true],
    ['just before it is ready', false],
  ])('counts as seen where it is deleted %s: nobody was seen in its place', async (_, ready) => {
    if (ready) wanted.ready(0);
    wanted.forget('marlow');
    wanted.forget('taro');
    if (!ready) wanted.ready(0);
    await settle();
    expect(outcome).toBe('seen');
  });

  it('fails where another is wanted in its place, and is seen with the same', async () => {
    const again = new WantedIdentity('taro');
    wanted.overtakenBy(again);
    await settle();
    expect(outcome).toBeUndefined();
    let second: string | undefined;
    follow(again, (said) => {
      second = said;
    });
    const other = new WantedIdentity('ines');
    again.overtakenBy(other);
    await settle();
    expect([outcome, second]).toEqual(
      Array(2).fill('identity_failed: Another identity came before this one.'),
    );
  });

  it('fails where the session ends', async () => {
    wanted.close();
    await settle();
    expect(outcome).toBe('identity_failed: The session ended.');
  });
});
