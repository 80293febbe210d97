import { describe, expect, it } from 'vitest';
import type { OnnxFeed } from '../../../../src/pipeline/landmark/onnx-session.ts';
import { FIELDS } from '../../../../src/pipeline/render/few-shot-vid2vid/field.ts';
import {
  FrameFeeds,
  type FrameWarp,
} from '../../../../src/pipeline/render/few-shot-vid2vid/frame-feeds.ts';
import {
  type NetworkWindow,
  usualOf,
} from '../../../../src/pipeline/render/few-shot-vid2vid/network-window.ts';

const SIDE = 4;
const PICTURE = 24;
const warp = (value: number): FrameWarp => ({
  kind: 'painted',
  planes: {
    width: SIDE,
    height: SIDE,
    y: new Uint8Array(16).fill(value),
    u: new Uint8Array(4).fill(value + 1),
    v: new Uint8Array(4).fill(value + 2),
  },
});
const numbers = (feed: OnnxFeed | undefined) =>
  [...(feed as { data: Uint8Array }).data].map(Number);

/** A frame that fills its maps and its motion with a number, and tells which window it was asked for. */
function fullFrame(value: number, window: NetworkWindow) {
  const asked: NetworkWindow[] = [];
  const describe = (each: NetworkWindow, maps: Uint8Array, motion: Float32Array) => {
    asked.push(each);
    maps.fill(value);
    motion.fill(value / 100);
  };
  return { asked, frame: { kind: 'full' as const, warp: warp(value), window, describe } };
}

describe.each(FIELDS)('the feeds of a run on a field of $cells²', (field) => {
  const { cells, plane, fineness } = field;
  const usual = usualOf(field);
  const aside = { ...usual, x: 8, y: 16 };

  it('hold the frames beside each other, each with what is in its own window', () => {
    const feeds = new FrameFeeds(SIDE, field);
    const [one, two] = [fullFrame(10, usual), fullFrame(20, aside)];
    const found = feeds.full([one.frame, two.frame], 2);
    expect([one.asked, two.asked]).toEqual([[usual], [aside]]);
    expect(found.maps!.dims).toEqual([2, 13, usual.height, usual.width]);
    expect(found.motion!.dims).toEqual([2, 4, usual.height, usual.width]);
    const maps = numbers(found.maps);
    expect([maps[0], maps.at(-1)]).toEqual([10, 20]);
    const pictures = numbers(found.warp);
    expect([0, 16, 20, 24, 40, 44].map((at) => pictures[at])).toEqual([10, 11, 12, 20, 21, 22]);
    expect(numbers(found.corner)).toEqual([32 * fineness, 24 * fineness, 8, 16]);
    expect(numbers(found.cells)).toEqual([80 * fineness, 64 * fineness]);
    expect(numbers(found['fine cells'])).toEqual([160 * fineness, 128 * fineness]);
  });

  it('are filled up to the length of the batch', () => {
    const feeds = new FrameFeeds(SIDE, field);
    const found = feeds.full([fullFrame(10, aside).frame], 4);
    expect(found.warp!.dims).toEqual([4, PICTURE]);
    expect(numbers(found.warp)).toHaveLength(4 * PICTURE);
    expect(numbers(found.corner)).toEqual([8, 16, 8, 16, 8, 16, 8, 16]);
  });

  it('have the flow and what the examples leave in place of all that, for frames without the network', () => {
    const feeds = new FrameFeeds(SIDE, field);
    const frame = (value: number) => ({
      kind: 'between' as const,
      warp: warp(value),
      flow: new Float32Array(2 * plane).fill(value),
      left: new Uint8Array(plane).fill(value),
    });
    const found = feeds.between([frame(1), frame(2)], 2);
    expect(Object.keys(found).sort()).toEqual(['maps', 'motion', 'warp']);
    expect([found.maps!.dims, found.motion!.dims]).toEqual([
      [2, 1, cells, cells],
      [2, 2, cells, cells],
    ]);
    expect([numbers(found.motion)[0], numbers(found.motion).at(-1)]).toEqual([1, 2]);
  });
});
