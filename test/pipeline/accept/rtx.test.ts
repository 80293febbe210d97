import { describe, expect, it } from 'vitest';
import { unwrapRtx, wrapRtx } from '../../../src/pipeline/accept/rtx.ts';

const packet = {
  payloadType: 97,
  marker: true,
  sequence: 5,
  timestamp: 6,
  ssrc: 99,
  extensions: new Map(),
};

describe('RTX', () => {
  it('gives the original back', () => {
    const payload = wrapRtx(65_535, Buffer.from('lost'));
    expect(unwrapRtx({ ...packet, payload }, { ssrc: 7, payloadType: 96 })).toEqual({
      ...packet,
      ssrc: 7,
      payloadType: 96,
      sequence: 65_535,
      payload: Buffer.from('lost'),
    });
  });

  it('has nothing to give for a bandwidth probe', () => {
    for (const payload of [Buffer.alloc(0), Buffer.alloc(2)]) {
      expect(unwrapRtx({ ...packet, payload }, { ssrc: 7, payloadType: 96 })).toBeUndefined();
    }
  });
});
