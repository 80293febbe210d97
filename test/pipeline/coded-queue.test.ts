import { describe, expect, it } from 'vitest';
import { CodedQueue, MAX_CODED_FRAMES } from '../../src/pipeline/coded-queue.ts';
import type { CodedCameraFrame } from '../../src/pipeline/worker-protocol.ts';

const coded = (frame: number, keyframe = false): CodedCameraFrame => ({
  frame,
  codec: 'vp8',
  data: new Uint8Array([frame]),
  keyframe,
  receivedAt: 0,
});

describe('the queue of coded frames', () => {
  it('takes nothing before the first keyframe, and says that it needs one', () => {
    const queue = new CodedQueue();
    expect(queue.push(coded(1))).toEqual({ lost: 1, reason: 'undecodable' });
    expect(queue.needsKeyframe).toBe(true);
    expect(queue.push(coded(2, true))).toBeUndefined();
    expect(queue.needsKeyframe).toBe(false);
    expect(queue.take().map((each) => each.frame)).toEqual([2]);
  });

  it('hands everything out in decoding order and is empty afterwards', () => {
    const queue = new CodedQueue();
    for (const frame of [1, 2, 3]) queue.push(coded(frame, frame === 1));
    expect(queue.take().map((each) => each.frame)).toEqual([1, 2, 3]);
    expect(queue.empty).toBe(true);
  });

  it('lets a keyframe replace what waited before it', () => {
    const queue = new CodedQueue();
    queue.push(coded(1, true));
    queue.push(coded(2));
    expect(queue.push(coded(3, true))).toEqual({ lost: 2, reason: 'superseded' });
    expect(queue.take().map((each) => each.frame)).toEqual([3]);
  });

  it('never holds more than its bound: past it, it starts over at a keyframe', () => {
    const queue = new CodedQueue();
    queue.push(coded(0, true));
    for (let frame = 1; frame < MAX_CODED_FRAMES; frame++)
      expect(queue.push(coded(frame))).toBeUndefined();
    expect(queue.push(coded(99))).toEqual({ lost: MAX_CODED_FRAMES + 1, reason: 'overflow' });
    expect(queue.empty).toBe(true);
    expect(queue.needsKeyframe).toBe(true);
    expect(queue.push(coded(100))).toEqual({ lost: 1, reason: 'undecodable' });
  });
});
