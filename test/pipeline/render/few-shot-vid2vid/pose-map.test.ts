import { describe, expect, it } from 'vitest';
import { FIELDS } from '../../../../src/pipeline/render/few-shot-vid2vid/field.ts';
import {
  POSE_CHANNELS,
  PoseMap,
} from '../../../../src/pipeline/render/few-shot-vid2vid/pose-map.ts';
import { type FaceShape, facePoints } from '../painted-face.ts';

type Name = (typeof POSE_CHANNELS)[number];

describe.each(FIELDS)('a pose map of $cells²', (field) => {
  const { cells, plane } = field;

  function channel(points: Float32Array, name: Name): Uint8Array {
    const k = POSE_CHANNELS.indexOf(name);
    return new PoseMap(field).draw(points).bytes.subarray(k * plane, (k + 1) * plane);
  }

  const sum = (bytes: Uint8Array) => bytes.reduce((all, value) => all + value, 0) / 255;
  const drawn = (shape: FaceShape, name: Name) => channel(facePoints(shape), name);

  /** How much of a channel is drawn around a point of the face. */
  function at(bytes: Uint8Array, points: Float32Array, index: number): number {
    const x = Math.round(points[3 * index]! * cells - 0.5);
    const y = Math.round(points[3 * index + 1]! * cells - 0.5);
    return bytes[y * cells + x]!;
  }

  it('fills the opening of the mouth only where the lips part', () => {
    const open = facePoints({ jaw: 0.35, scale: 0.3 });
    const mouth = channel(open, 'mouth');
    expect(sum(drawn({ jaw: 0.1 }, 'mouth'))).toBeLessThan(sum(drawn({ jaw: 0.3 }, 'mouth')));
    const middle = Float32Array.of((open[39]! + open[42]!) / 2, (open[40]! + open[43]!) / 2, 0);
    expect(at(mouth, middle, 0)).toBe(255);
    expect(at(mouth, open, 0)).toBe(0);
    expect(at(mouth, open, 61)).toBe(0);
  });

  it('leaves the mouth empty where the lips passed each other', () => {
    const points = facePoints({ jaw: 0 });
    for (const i of [191, 80, 81, 82, 13, 312, 311, 310, 415]) points[3 * i + 1]! += 0.03;
    expect(sum(channel(points, 'mouth'))).toBe(0);
  });

  it('closes the eyes with the lids and leaves the irises', () => {
    expect(sum(drawn({}, 'eyes'))).toBeGreaterThan(5);
    expect(sum(drawn({ shut: 1 }, 'eyes'))).toBe(0);
    expect(sum(drawn({ shut: 1 }, 'irises'))).toBeGreaterThan(2);
  });

  it('moves the irises alone with the gaze', () => {
    const points = facePoints();
    for (let i = 468; i < 478; i++) points[3 * i]! += 0.02;
    expect(at(channel(points, 'irises'), points, 468)).toBe(255);
    for (const name of ['face', 'lips', 'mouth', 'lids', 'eyes'] as const) {
      expect(channel(points, name)).toEqual(drawn({}, name));
    }
  });

  it.each([
    ['face', 152],
    ['face', 105],
    ['face', 2],
    ['lips', 0],
    ['lips', 61],
    ['lids', 159],
    ['lids', 386],
  ] as const)('has a line of the %s at point %i', (name, index) => {
    const points = facePoints({ yaw: 10, roll: 7 });
    expect(at(channel(points, name), points, index)).toBeGreaterThan(120);
  });

  it('draws a face that leaves the picture as far as it is inside', () => {
    const map = new PoseMap(field).draw(facePoints({ x: 1.4, y: -0.3, scale: 3 }));
    expect(map.bytes.length).toBe(POSE_CHANNELS.length * plane);
  });

  it('is that of the last face drawn alone', () => {
    const map = new PoseMap(field).draw(facePoints({ jaw: 0.3, yaw: 20 }));
    expect(map.draw(facePoints()).bytes).toEqual(new PoseMap(field).draw(facePoints()).bytes);
  });
});

describe('a pose map', () => {
  it('has lines as many cells wide on any field, and fills as much of the picture', () => {
    const [coarse, fine] = FIELDS.map((field) => new PoseMap(field).draw(facePoints()).bytes);
    const covered = (bytes: Uint8Array, name: Name) => {
      const plane = bytes.length / POSE_CHANNELS.length;
      const k = POSE_CHANNELS.indexOf(name);
      return bytes.subarray(k * plane, (k + 1) * plane).reduce((all, byte) => all + byte, 0);
    };
    const grown = (name: Name) => covered(fine!, name) / covered(coarse!, name);
    // Twice as long, but no wider.
    expect(grown('face')).toBeCloseTo(2, 0);
    expect(grown('irises')).toBeCloseTo(4, 0);
  });
});
