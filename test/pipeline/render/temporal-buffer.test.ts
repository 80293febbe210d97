import { describe, expect, it } from 'vitest';
import { TemporalBuffer } from '../../../src/pipeline/render/temporal-buffer.ts';
import { seededRandom } from '../seeded-random.ts';

const POINTS = 478;
const face = (x: number, tremor: () => number = () => 0) =>
  Float32Array.from({ length: POINTS * 3 }, (_, i) => (i % 3 === 0 ? x : 0.5) + tremor());

describe('the temporal buffer', () => {
  it('takes most of the tremor out of a face at rest', () => {
    const random = seededRandom(5);
    const buffer = new TemporalBuffer();
    const tremor = () => (random() - 0.5) * 0.001;
    let before = face(0.5, tremor);
    let shown = buffer.push(before).slice();
    let [raw, kept] = [0, 0];
    for (let frame = 0; frame < 60; frame++) {
      const now = face(0.5, tremor);
      const drawn = buffer.push(now).slice();
      raw += Math.abs(now[0]! - before[0]!);
      kept += Math.abs(drawn[0]! - shown[0]!);
      [before, shown] = [now, drawn];
    }
    expect(kept).toBeLessThan(raw * 0.6);
  });

  it('follows a moving face without lag', () => {
    const buffer = new TemporalBuffer();
    for (let frame = 0; frame < 10; frame++) {
      const x = 0.4 + frame * 0.01;
      expect(buffer.push(face(x))[0]).toBeCloseTo(x, 5);
    }
  });

  it('strays from the pose by less than half a pixel of 512, whatever the motion', () => {
    const random = seededRandom(11);
    const buffer = new TemporalBuffer();
    let x = 0.5;
    for (let frame = 0; frame < 500; frame++) {
      x += (random() - 0.5) * 0.006;
      expect(Math.abs(buffer.push(face(x))[0]! - x)).toBeLessThan(0.5 / 512 + 0.0007);
    }
  });

  it('continues the motion once, then holds, and takes up the next pose', () => {
    const buffer = new TemporalBuffer();
    buffer.push(face(0.4));
    buffer.push(face(0.41));
    expect(buffer.fill()?.[0]).toBeCloseTo(0.42, 4);
    expect(buffer.fill()?.[0]).toBeCloseTo(0.42, 4);
    expect(buffer.push(face(0.45))[0]).toBeCloseTo(0.45, 4);
  });

  it('holds after a jump: its speed says nothing', () => {
    const buffer = new TemporalBuffer();
    buffer.push(face(0.2));
    buffer.push(face(0.6));
    expect(buffer.fill()?.[0]).toBeCloseTo(0.6, 5);
  });

  it('has nothing to go on from when new or reset', () => {
    const buffer = new TemporalBuffer();
    expect(buffer.fill()).toBeUndefined();
    buffer.push(face(0.5));
    buffer.reset();
    expect(buffer.fill()).toBeUndefined();
    expect(buffer.length).toBe(0);
  });

  it('remembers no more than its few poses', () => {
    const buffer = new TemporalBuffer();
    for (let frame = 0; frame < 100; frame++) buffer.push(face(frame / 1000));
    expect(buffer.length).toBe(3);
  });
});
