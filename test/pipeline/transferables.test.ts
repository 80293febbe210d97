import { describe, expect, it } from 'vitest';
import { transferables } from '../../src/pipeline/transferables.ts';

describe('the transferable buffers of a value', () => {
  it('are found at any depth, each once however many views look at it', () => {
    const shared = new ArrayBuffer(8);
    const own = new Float32Array(4);
    const value = {
      name: 'x',
      nothing: null,
      list: [new Uint8Array(shared), { deep: new Uint8Array(shared, 4) }],
      own,
    };
    expect([...transferables(value)]).toEqual([shared, own.buffer]);
  });

  it('leave out memory that must stay where it is', () => {
    expect(transferables({ view: new Uint8Array(new SharedArrayBuffer(8)) }).size).toBe(0);
    expect(transferables('text').size).toBe(0);
  });
});
