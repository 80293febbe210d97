import { describe, expect, it } from 'vitest';
import { AnswerLog } from '../../../bench/aiortc/answer-log.ts';
import { type Transform, transformed } from '../../../bench/aiortc/transform.ts';
import type { CameraFrame } from '../../../src/pipeline/picture.ts';
import { drawStamp } from '../../../src/pipeline/stamp.ts';

const SIZE = 64;

function picture(stamp: number, luma = 90): CameraFrame {
  const plane = (side: number, value: number) => new Uint8Array(side * side).fill(value);
  const frame = {
    width: SIZE,
    height: SIZE,
    y: plane(SIZE, luma),
    u: plane(SIZE / 2, 128),
    v: plane(SIZE / 2, 128),
  };
  drawStamp(frame, stamp);
  return { ...frame, strideY: SIZE, strideUv: SIZE / 2, fullRange: false, rotation: 0 };
}

const answer = (stamp: number, transform: Transform) => {
  const camera = picture(stamp);
  return { ...camera, ...transformed(camera, transform) };
};

describe('the log of answers', () => {
  it('tells by the stamp which frame is answered, and how late', () => {
    const log = new AnswerLog('invert', new Map());
    log.sent(7, 100);
    log.sent(8, 133);
    log.received(answer(7, 'invert'), 2_000, 120);
    log.received(answer(8, 'invert'), 1_000, 150);
    expect(log.take()).toEqual({ sent: 2, latencies: [20, 17], bytes: 3_000, errors: [] });
    expect(log.take()).toEqual({ sent: 0, latencies: [], bytes: 0, errors: [] });
  });

  it('counts a picture that is shown again once', () => {
    const log = new AnswerLog('pass-through', new Map());
    log.sent(7, 100);
    log.received(answer(7, 'pass-through'), 100, 120);
    log.received(answer(7, 'pass-through'), 100, 153);
    expect(log.take().latencies).toEqual([20]);
  });

  it('takes a picture that was not transformed as asked for as no answer', () => {
    const log = new AnswerLog('invert', new Map());
    log.sent(7, 100);
    log.received(answer(7, 'pass-through'), 100, 120);
    expect(log.take().latencies).toEqual([]);
  });

  it('compares with the camera’s own picture where that is kept', () => {
    const log = new AnswerLog('invert', new Map([[7, picture(7, 93).y]]));
    log.sent(7, 100);
    log.sent(8, 133);
    log.received(answer(7, 'invert'), 100, 120);
    log.received(answer(8, 'invert'), 100, 150);
    const { errors } = log.take();
    expect(errors.length).toBe(1);
    // Three steps of luma everywhere but in the stamp's sixteenth.
    expect(errors[0]).toBeCloseTo((9 * 15) / 16);
  });
});
