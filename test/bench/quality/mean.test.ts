import { expect, it } from 'vitest';
import { Means } from '../../../bench/quality/mean.ts';

it('means are over what was sampled, and what never was has none', () => {
  const means = new Means<'a' | 'b'>();
  for (const value of [1, undefined, 2, Number.NaN]) means.add('a', value);
  means.add('b', undefined);
  expect(means.of('a')).toBe(1.5);
  expect(means.of('b')).toBeUndefined();
});
