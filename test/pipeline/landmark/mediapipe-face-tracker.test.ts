import { describe, expect, it } from 'vitest';
import { MediapipeFaceTracker } from '../../../src/pipeline/landmark/mediapipe-face-tracker.ts';
import { FakeNetworks } from './fake-networks.ts';
import { makeFrame } from './test-frames.ts';

const frame = makeFrame(128, 128, () => 100);
/** Anchors of the detector's coarse map: its cell (4, 4) and (1, 1). */
const MIDDLE = 512 + (4 * 8 + 4) * 6;
const CORNER = 512 + (1 * 8 + 1) * 6;

function setUp() {
  const networks = new FakeNetworks();
  networks.detections = [{ anchor: MIDDLE, size: 40 }];
  const tracker = new MediapipeFaceTracker(networks);
  return { networks, tracker, track: () => tracker.track(frame, 0) };
}

describe('MediapipeFaceTracker', () => {
  it('detects a face once and then follows its landmarks', async () => {
    const { networks, track } = setUp();
    for (let i = 0; i < 5; i++) expect((await track())?.presence).toBeGreaterThan(0.99);
    expect(networks.detectorRuns).toBe(1);
    expect(networks.meshRuns).toBe(5);
  });

  it('gives points in pixels of the frame, and its size', async () => {
    const { track } = setUp();
    const face = await track();
    // The region is 1.5 × 40 around (72, 72); the fake eyes stand 36 of 192 left and right of it.
    expect(face).toMatchObject({ count: 468, pictureWidth: 128, pictureHeight: 128 });
    expect(face?.points[33 * 3]).toBeCloseTo(72 - (36 * 60) / 192, 3);
    expect(face?.points[263 * 3]).toBeCloseTo(72 + (36 * 60) / 192, 3);
  });

  it('finds nothing where the detector sees nothing, and looks again in every frame', async () => {
    const { networks, track } = setUp();
    networks.detections = [];
    expect(await track()).toBeUndefined();
    expect(await track()).toBeUndefined();
    expect(networks.detectorRuns).toBe(2);
    expect(networks.meshRuns).toBe(0);
  });

  it('takes a presence below one half for no face, one half for a face', async () => {
    const { networks, track } = setUp();
    networks.presence = [-0.01];
    expect(await track()).toBeUndefined();
    networks.presence = [0];
    expect((await track())?.presence).toBe(0.5);
  });

  it('looks for a face that slipped away within the same frame', async () => {
    const { networks, track } = setUp();
    await track();
    networks.presence = [-5, 5];
    networks.detections = [{ anchor: CORNER, size: 30 }];
    const face = await track();
    expect(networks.detectorRuns).toBe(2);
    expect(face?.points[263 * 3]).toBeLessThan(64);
  });

  it('loses a face and regains it when it comes back', async () => {
    const { networks, track } = setUp();
    expect(await track()).toBeDefined();
    networks.presence = [-5];
    networks.detections = [];
    expect(await track()).toBeUndefined();
    networks.presence = [5];
    networks.detections = [{ anchor: MIDDLE, size: 40 }];
    expect(await track()).toBeDefined();
  });

  it('follows the largest of several faces, not the surest', async () => {
    const { networks, track } = setUp();
    networks.detections = [
      { anchor: CORNER, size: 20, logit: 9 },
      { anchor: MIDDLE, size: 50, logit: 2 },
    ];
    const face = await track();
    expect(face?.points[263 * 3]).toBeGreaterThan(72);
  });

  it('starts with the detector after a reset', async () => {
    const { networks, tracker, track } = setUp();
    await track();
    tracker.reset();
    await track();
    expect(networks.detectorRuns).toBe(2);
  });

  it.each([
    ['a point is NaN', (n: FakeNetworks) => n.points.fill(Number.NaN, 300, 301)],
    ['a point is infinite', (n: FakeNetworks) => n.points.fill(Number.POSITIVE_INFINITY, 0, 3)],
    ['the presence is NaN', (n: FakeNetworks) => (n.presence = [Number.NaN])],
  ])('says no face when %s, and recovers', async (_, spoil) => {
    const { networks, track } = setUp();
    await track();
    const { points } = networks;
    networks.points = points.slice();
    spoil(networks);
    expect(await track()).toBeUndefined();
    networks.points = points;
    networks.presence = [5];
    expect(await track()).toBeDefined();
  });

  it('lets go of a face that shrinks to a speck or leaves the frame', async () => {
    const { networks, track } = setUp();
    await track();
    networks.points = networks.points.map((value, i) => (i % 3 === 2 ? value : 5000 + value));
    expect(await track()).toBeDefined();
    const runs = networks.meshRuns;
    networks.detections = [];
    expect(await track()).toBeUndefined();
    expect(networks.meshRuns).toBe(runs);
  });

  it('hands out points that later frames do not change', async () => {
    const { networks, track } = setUp();
    const first = await track();
    const copy = first?.points.slice();
    networks.points = networks.points.map((value) => value * 0.9);
    await track();
    expect(first?.points).toEqual(copy);
  });
});
