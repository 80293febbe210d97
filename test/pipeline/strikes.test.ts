import { expect, it } from 'vitest';
import { blamed, MAX_STRIKES, Strikes } from '../../src/pipeline/strikes.ts';

it('a session is blamed for frames that are under way, and more where it was its turn', () => {
  const strikes = new Strikes();
  expect(strikes.blame).toBe('none');
  strikes.sent();
  expect(strikes.blame).toBe('under-way');
  strikes.working(true);
  expect(strikes.blame).toBe('worked-on');
  strikes.working(false);
  strikes.answered();
  expect(strikes.blame).toBe('none');
  strikes.sent();
  strikes.working(true);
  strikes.reopened();
  expect(strikes.blame).toBe('none');
});

it('nobody is blamed beside whoever had the turn', () => {
  const at = (...blames: Strikes['blame'][]) => blames.map((blame) => ({ blame }));
  expect(blamed(at('under-way', 'worked-on', 'none'))).toEqual(at('worked-on'));
  expect(blamed(at('under-way', 'none', 'under-way'))).toEqual(at('under-way', 'under-way'));
});

it('strikes are too many within a minute, and forgotten after it', () => {
  const strikes = new Strikes();
  for (let minute = 0; minute < 2 * MAX_STRIKES; minute++)
    expect(strikes.strike(minute * 60_000)).toBe(false);
  expect(strikes.suspect).toBe(true);
  expect(strikes.strike(5 * 60_000 + 1)).toBe(false);
  expect(strikes.strike(5 * 60_000 + 2)).toBe(true);
});
