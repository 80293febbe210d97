import { describe, expect, it } from 'vitest';
import { hear, SILENT } from '../../../src/client/app/call/speaking.ts';

describe('speaking', () => {
  it('begins with the first loud moment and outlasts the pauses between words', () => {
    const loud = hear(SILENT, 0.7, 1000);
    expect(loud.speaking).toBe(true);
    expect(hear(loud, 0.1, 1400).speaking).toBe(true);
    expect(hear(loud, 0.1, 1500).speaking).toBe(false);
  });

  it('is not begun by a quiet room', () => {
    expect(hear(SILENT, 0.3, 1000).speaking).toBe(false);
  });
});
