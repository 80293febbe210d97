import { describe, expect, it } from 'vitest';
import { comparedCodecs, contendersIn } from '../../../bench/aiortc/contender.ts';

const native = { backend: 'native', codecs: ['vp8', 'h264'] } as const;
const wasm = { backend: 'wasm', codecs: ['vp8'] } as const;

describe('who is compared', () => {
  it('is everybody in VP8, and in H.264 all but WASM, which has none', () => {
    expect(contendersIn('vp8', native)).toEqual([
      'understudy',
      'understudy, wasm',
      'aiortc',
      'aiortc, matched encoder',
    ]);
    expect(contendersIn('h264', native)).toEqual([
      'understudy',
      'aiortc',
      'aiortc, matched encoder',
    ]);
  });

  it('is who can run on a machine without native codecs, and nobody in a codec that it lacks', () => {
    expect(contendersIn('vp8', wasm)).not.toContain('understudy');
    expect(contendersIn('h264', wasm)).toEqual([]);
  });
});

describe('the codecs that are compared', () => {
  it('come in one order, each once', () => {
    expect(comparedCodecs('h264')).toEqual(['h264']);
    expect(comparedCodecs('h264,vp8,h264')).toEqual(['vp8', 'h264']);
  });

  it('are no others than these', () => {
    expect(() => comparedCodecs('vp8,av1')).toThrow(/av1.*vp8, h264/);
    expect(() => comparedCodecs('')).toThrow(RangeError);
  });
});
