import { expect, it } from 'vitest';
import type { AvatarFrame } from '../../../../src/pipeline/picture.ts';
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
