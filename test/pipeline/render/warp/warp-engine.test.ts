import { expect, it } from 'vitest';
import { MASK_SIDE } from '../../../../src/pipeline/landmark/person-mask.ts';
import type { AvatarFrame } from '../../../../src/pipeline/picture.ts';
import type { Example } from '../../../../src/pipeline/render/engine.ts';
import { KernelSpace } from '../../../../src/pipeline/render/warp/kernel-space.ts';
import { warpEngine } from '../../../../src/pipeline/render/warp/warp-engine.ts';
import { describeEngine } from '../engine.contract.ts';
import { facePoints, paintedExample, poseOf } from '../painted-face.ts';

describeEngine(warpEngine());

const engine = warpEngine();

const OPTIONS = { size: 128, mark: true };
const poses = [0, 6, 12].map((yaw) => poseOf(facePoints({ yaw, jaw: yaw / 60 })));
const copyOf = ({ y, u, v }: AvatarFrame) => [y, u, v].map((plane) => Uint8Array.from(plane));

it('draws an identity for several sessions at once as for each alone, also once one has gone', async () => {
  const identity = await engine.enrol([paintedExample(), paintedExample({ jaw: 0.3 })]);
  const alone = await engine.open(identity, OPTIONS);
  const expected = [];
  for (const pose of poses) expected.push(copyOf(await alone.render(pose)));
  alone.close();
  const first = await engine.open(identity, OPTIONS);
  const second = await engine.open(identity, { ...OPTIONS, size: 256 });
  for (const [k, pose] of poses.entries()) {
    const frame = await first.render(pose);
    await second.render(poses[0]!);
    expect(copyOf(frame)).toEqual(expected[k]);
  }
  first.close();
  first.close();
  const [third, fourth] = [
    await engine.open(identity, OPTIONS),
    await engine.open(identity, OPTIONS),
  ];
  for (const [k, pose] of poses.entries()) {
    const frame = await third.render(pose);
    await fourth.render(poses[2]!);
    expect(copyOf(frame)).toEqual(expected[k]);
  }
});

it('lays textures out once, at enrolment: opening an identity takes room for a picture, and gives it back', async () => {
  const identity = await engine.enrol([paintedExample(), paintedExample({ yaw: 8 })]);
  const bytes = () => identity.memory.buffer.byteLength;
  expect(identity.memory.buffer).toBeInstanceOf(SharedArrayBuffer);
  const enrolled = bytes();
  const first = await engine.open(identity, OPTIONS);
  const perSession = bytes() - enrolled;
  // Map, picture and planes take less than 12 bytes a pixel, the mesh less than 100 kB.
  expect(perSession).toBeLessThan(12 * OPTIONS.size ** 2 + 100_000);
  expect(perSession).toBeLessThan(enrolled / 20);
  first.close();
  await engine.open(identity, OPTIONS);
  expect(bytes()).toBe(enrolled + perSession);
});

it('draws an identity as alone where others lie before and behind it, also where one lay before', async () => {
  const examples = [paintedExample(), paintedExample({ jaw: 0.3 })];
  const other = [paintedExample({}, { dot: [0.5, 0.5] })];
  const draw = async (engine: ReturnType<typeof warpEngine>) => {
    const identity = await engine.enrol(examples);
    await engine.enrol(other);
    const renderer = await engine.open(identity, OPTIONS);
    const frames = [];
    for (const pose of poses) frames.push(copyOf(await renderer.render(pose)));
    return frames;
  };
  const crowded = warpEngine();
  await crowded.enrol(other);
  await crowded.discard(await crowded.enrol([...other, ...other, ...other]));
  expect(await draw(crowded)).toEqual(await draw(warpEngine()));
});

it('holds no more memory for identities one after the other than for those there at once', async () => {
  const engine = warpEngine();
  const space = new KernelSpace(engine.memory);
  const few = [paintedExample()];
  const many = [...few, ...few, ...few];
  let last = await engine.enrol(many);
  await engine.enrol(few);
  const most = engine.memory.buffer.byteLength;
  for (let turn = 0; turn < 4; turn++) {
    await engine.discard(last);
    expect(space.lent.blocks).toBe(1);
    last = await engine.enrol(turn % 2 === 0 ? few : many);
  }
  expect(engine.memory.buffer.byteLength).toBe(most);
});

/** A painted face on a wall of stripes, and a mask of its head. */
function beforeStripes(): Example {
  const { picture, landmarks } = paintedExample();
  const { width } = picture;
  const inHead = (x: number, y: number) => Math.hypot(x - 0.5, y - 0.42) < 0.3;
  const rgba = picture.rgba.slice();
  for (let i = 0; i < rgba.length; i++) {
    const x = (Math.floor(i / 4) % width) / width;
    const y = Math.floor(i / 4 / width) / width;
    if (!inHead(x, y) && i % 4 < 3) rgba[i] = Math.floor(x * 24) % 2 === 0 ? 60 : 180;
  }
  const cells = Uint8Array.from({ length: MASK_SIDE ** 2 }, (_, i) =>
    inHead((i % MASK_SIDE) / MASK_SIDE, Math.floor(i / MASK_SIDE) / MASK_SIDE) ? 255 : 0,
  );
  const person = { left: 0, top: 0, side: width, cells };
  return { picture: { ...picture, rgba }, landmarks: { ...landmarks, person } };
}

/** How much the wall beside the head changes when the head tilts, on average. */
async function stirredWall(example: Example): Promise<number> {
  const identity = await engine.enrol([example]);
  const renderer = await engine.open(identity, { size: 256, mark: false });
  try {
    const still = Uint8Array.from((await renderer.render(poseOf(facePoints()))).y);
    renderer.reset();
    const { y } = await renderer.render(poseOf(facePoints({ roll: 9, yaw: 6 })));
    let [sum, count] = [0, 0];
    for (let row = 20; row < 120; row++)
      for (const x of [...Array.from({ length: 30 }, (_, k) => 10 + k), 216, 226, 236]) {
        sum += Math.abs(y[256 * row + x]! - still[256 * row + x]!);
        count++;
      }
    return sum / count;
  } finally {
    renderer.close();
    await engine.discard(identity);
  }
}

it('leaves the wall where it is when the head moves, where the person is known', async () => {
  const example = beforeStripes();
  const { person: _, ...unknown } = example.landmarks;
  expect(await stirredWall({ ...example, landmarks: unknown })).toBeGreaterThan(4);
  expect(await stirredWall(example)).toBeLessThan(0.5);
});

it('draws what is behind a head in a picture of any size, and gives its room back', async () => {
  const identity = await engine.enrol([beforeStripes()]);
  const space = new KernelSpace(identity.memory);
  const { blocks } = space.lent;
  for (const size of [64, 100, 256, 1024]) {
    const renderer = await engine.open(identity, { size, mark: false });
    const { y } = await renderer.render(poseOf(facePoints()));
    // The wall's first two stripes, in their middles.
    const row = Math.round(0.1 * size) * size;
    expect(y[row + Math.round(size / 48)]).toBeLessThan(90);
    expect(y[row + Math.round((3 * size) / 48)]).toBeGreaterThan(140);
    renderer.close();
  }
  expect(space.lent.blocks).toBe(blocks);
  await engine.discard(identity);
  expect(space.lent.blocks).toBe(blocks - 2);
});
