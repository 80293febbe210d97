import { describe, expect, it } from 'vitest';
import { patientRequest } from '../../../src/pipeline/accept/consent-check.ts';

describe('a consent check', () => {
  it('bug: half a minute of answers that took over half a second ended a call', () => {
    const { signal } = new AbortController();
    const check = { retransmissions: 0, responseTimeout: 500, signal };
    expect(patientRequest(check)).toEqual({ ...check, responseTimeout: 4_000 });
  });

  it('waits longer still where it would have', () => {
    const check = { retransmissions: 0, responseTimeout: 5_000 };
    expect(patientRequest(check)).toEqual(check);
  });

  it('is no other request: those are repeated', () => {
    for (const request of [undefined, 3, {}, { retransmissions: 2, responseTimeout: 500 }]) {
      expect(patientRequest(request)).toBe(request);
    }
  });
});
