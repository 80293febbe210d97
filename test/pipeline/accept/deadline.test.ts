import { expect, it } from 'vitest';
import { earliest } from '../../../src/pipeline/accept/deadline.ts';

it('is the earlier one, the only one, or none', () => {
  expect(earliest(3, 2)).toBe(2);
  expect(earliest(0, 2)).toBe(0);
  expect(earliest(undefined, 2)).toBe(2);
  expect(earliest(0, undefined)).toBe(0);
  expect(earliest(undefined, undefined)).toBeUndefined();
});
