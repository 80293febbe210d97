import { expect, it } from 'vitest';
import type { AvatarFrame } from '../../../../src/pipeline/picture.ts';
import { warpEngine } from '../../../../src/pipeline/render/warp/warp-engine.ts';
import { describeEngine } from '../engine.contract.ts';
import { facePoints, paintedExample, poseOf } from '../painted-face.ts';

describeEngine(warpEngine);

const OPTIONS = { size: 128, mark: true };
const poses = [0, 6, 12].map((yaw) => poseOf(facePoints({ yaw, jaw: yaw / 60 })));
const copyOf = ({ y, u, v }: AvatarFrame) => [y, u, v].map((plane) => Uint8Array.from(plane));

it('draws an identity for several sessions at once as for each alone, also once one has gone', async () => {
  const identity = await warpEngine.enrol([paintedExample(), paintedExample({ jaw: 0.3 })]);
  const alone = await warpEngine.open(identity, OPTIONS);
  const expected = [];
  for (const pose of poses) expected.push(copyOf(await alone.render(pose)));
  alone.close();
  const first = await warpEngine.open(identity, OPTIONS);
  const second = await warpEngine.open(identity, { ...OPTIONS, size: 256 });
  for (const [k, pose] of poses.entries()) {
    const frame = await first.render(pose);
    await second.render(poses[0]!);
    expect(copyOf(frame)).toEqual(expected[k]);
  }
  first.close();
  first.close();
  const [third, fourth] = [
    await warpEngine.open(identity, OPTIONS),
    await warpEngine.open(identity, OPTIONS),
  ];
  for (const [k, pose] of poses.entries()) {
    const frame = await third.render(pose);
    await fourth.render(poses[2]!);
    expect(copyOf(frame)).toEqual(expected[k]);
  }
});

it('lays textures out once, at enrolment: opening an identity takes room for a picture, and gives it back', async () => {
  const identity = await warpEngine.enrol([paintedExample(), paintedExample({ yaw: 8 })]);
  const bytes = () => identity.memory.buffer.byteLength;
  expect(identity.memory.buffer).toBeInstanceOf(SharedArrayBuffer);
  const enrolled = bytes();
  const first = await warpEngine.open(identity, OPTIONS);
  const perSession = bytes() - enrolled;
  // Map, picture and planes take less than 12 bytes a pixel, the mesh less than 100 kB.
  expect(perSession).toBeLessThan(12 * OPTIONS.size ** 2 + 100_000);
  expect(perSession).toBeLessThan(enrolled / 20);
  first.close();
  await warpEngine.open(identity, OPTIONS);
  expect(bytes()).toBe(enrolled + perSession);
});
