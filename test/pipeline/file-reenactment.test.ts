import { describe, expect, it } from 'vitest';
import {
  type FileReenactmentParts,
  type ReenactedFrame,
  reenactFile,
} from '../../src/pipeline/file-reenactment.ts';
import type { FaceLandmarks } from '../../src/pipeline/landmark/landmarks.ts';
import type { MediaFrame } from '../../src/pipeline/media-file/media-file.ts';
import type { AvatarFrame } from '../../src/pipeline/picture.ts';
import { facePoints, poseOf } from './render/painted-face.ts';

const plane = new Uint8Array(4);
const picture = (luma: number): AvatarFrame => ({
  width: 2,
  height: 2,
  y: new Uint8Array(4).fill(luma),
  u: new Uint8Array(1),
  v: new Uint8Array(1),
});
const face: FaceLandmarks = {
  points: facePoints(),
  count: 478,
  presence: 0.9,
  pictureWidth: 2,
  pictureHeight: 2,
};

/** A clip of `count` frames; the renderer draws its call's number and fails on those in `broken`. */
async function reenact(count: number, options: { faceless?: number[]; broken?: number[] } = {}) {
  const { faceless = [], broken = [] } = options;
  const rows: ReenactedFrame[] = [];
  const written: [luma: number, at: number][] = [];
  const drivenAt: number[] = [];
  let frames = -1;
  let renders = -1;
  let clock = 0;
  const parts: FileReenactmentParts = {
    reader: {
      info: {
        width: 2,
        height: 2,
        rotation: 0,
        fps: 25,
        duration: 0,
        frames: count,
        codec: 'vp8',
        audio: false,
      },
      damaged: 0,
      async *frames(): AsyncGenerator<MediaFrame> {
        for (let i = 0; i < count; i++) {
          const frame = {
            width: 2,
            height: 2,
            y: plane,
            u: plane,
            v: plane,
            strideY: 2,
            strideUv: 1,
            fullRange: false,
            rotation: 0,
          } as const;
          yield { frame, at: i * 40 };
        }
      },
      close: () => undefined,
    },
    tracker: {
      track: async () => (faceless.includes(++frames) ? undefined : face),
      reset: () => undefined,
    },
    player: {
      drive(landmarks, now) {
        drivenAt.push(now);
        return {
          pose: poseOf(facePoints()),
          source: landmarks ? 'driven' : 'held',
          sceneCut: false,
        };
      },
    },
    renderer: {
      degraded: 0,
      async render() {
        renders++;
        if (broken.includes(renders)) throw new Error('render');
        return picture(renders);
      },
      fill: async () => picture(255),
      reset: () => undefined,
      close: () => undefined,
    },
    writer: {
      write: async (frame, at) => void written.push([frame.y[0]!, at]),
      finish: async () => undefined,
      abort: async () => undefined,
    },
    clock: () => ++clock,
    reenacted: (row) => void rows.push(row),
  };
  await reenactFile(parts);
  return { rows, written, drivenAt };
}

describe('a file reenacted', () => {
  it('gives a frame for every frame, at the same time', async () => {
    const { written, drivenAt } = await reenact(3);
    expect(written).toEqual([
      [0, 0],
      [1, 40],
      [2, 80],
    ]);
    expect(drivenAt).toEqual([0, 40, 80]);
  });

  it('tells of each frame what was found, drawn and how long each stage took', async () => {
    const { rows } = await reenact(2);
    expect(rows[1]).toMatchObject({
      frame: 1,
      at: 40,
      source: 'driven',
      found: face,
      dropped: undefined,
    });
    expect(Object.keys(rows[1]!.times)).toEqual(['decode', 'landmark', 'pose', 'render', 'encode']);
    expect(Object.values(rows[1]!.times)).toEqual([1, 1, 1, 1, 1]);
  });

  it('goes on through frames without a face', async () => {
    const { rows, written } = await reenact(3, { faceless: [1] });
    expect(rows.map(({ source }) => source)).toEqual(['driven', 'held', 'driven']);
    expect(rows[1]!.found).toBeUndefined();
    expect(written.length).toBe(3);
  });

  it('repeats the picture before where one cannot be rendered, and says so', async () => {
    const { rows, written } = await reenact(3, { broken: [1] });
    expect(written.map(([luma]) => luma)).toEqual([0, 0, 2]);
    expect(rows[1]).toMatchObject({ dropped: 'failed', pose: undefined });
  });

  it('fails where not even the first picture can be rendered', async () => {
    await expect(reenact(2, { broken: [0] })).rejects.toThrow('render');
  });
});
