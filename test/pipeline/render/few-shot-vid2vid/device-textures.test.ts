import { describe, expect, it } from 'vitest';
import type { DeviceSession } from '../../../../src/pipeline/landmark/onnx-session.ts';
import { DeviceTextures } from '../../../../src/pipeline/render/few-shot-vid2vid/device-textures.ts';
import type { TextureSheet } from '../../../../src/pipeline/render/warp/texture-sheet.ts';

/** 4 · (2 · 100 + 16) bytes each. */
const sheetOf = (side: number): TextureSheet => ({
  side,
  texels: 10,
  count: 2,
  texture: (example) => new Uint8Array(400).fill(example + 1),
  backdrop: () => new Uint8Array(4 * side ** 2).fill(9),
});
const [SHEET, BYTES] = [sheetOf(4), 864];

/** A device that tells what was sent there, and what is still held. */
function stage(most = 2 * BYTES) {
  const seen = { sent: [] as number[], held: 0, closed: 0, broken: false };
  const session: DeviceSession = {
    async run({ texels }) {
      if (seen.broken) throw new Error('device lost');
      const { dims, data } = texels as { dims: readonly number[]; data: Uint8Array };
      seen.sent.push(data[0]!);
      seen.held++;
      const planes = { dims, dispose: () => void seen.held-- };
      return { read: {}, kept: { planes }, up: data.length, down: 0, stray: 0 };
    },
    close: async () => void seen.closed++,
  };
  return { textures: new DeviceTextures(async () => session, most), seen };
}

describe('textures on a device', () => {
  it('are sent once for all who hold them, example by example, then what is behind', async () => {
    const { textures, seen } = stage();
    const owner = {};
    const [one, two] = await Promise.all([
      textures.hold(owner, SHEET),
      textures.hold(owner, SHEET),
    ]);
    expect(seen.sent).toEqual([1, 2, 9]);
    expect(one!.sheet).toBe(two!.sheet);
    expect(one!.sheet.textures.map(({ dims }) => dims)).toEqual([
      [1, 10, 10, 4],
      [1, 10, 10, 4],
    ]);
    expect(one!.sheet.backdrop.dims).toEqual([1, 4, 4, 4]);
    expect(textures.bytes).toBe(BYTES);
  });

  it('are others for pictures of another side', async () => {
    const { textures, seen } = stage();
    const owner = {};
    await textures.hold(owner, SHEET);
    await textures.hold(owner, sheetOf(2));
    expect(seen.sent).toEqual([1, 2, 9, 1, 2, 9]);
  });

  it('stay when nobody holds them, until others want the room: those held least recently first', async () => {
    const { textures, seen } = stage();
    const [a, b, c] = [{}, {}, {}];
    const [first, second] = [await textures.hold(a, SHEET), await textures.hold(b, SHEET)];
    second!.release();
    first!.release();
    await textures.hold(c, SHEET);
    expect(textures.bytes).toBe(2 * BYTES);
    seen.sent.length = 0;
    await textures.hold(a, SHEET);
    expect(seen.sent, 'the one released last is still there').toEqual([]);
    expect(seen.held).toBe(6);
  });

  it('are refused where all of the room is in use', async () => {
    const { textures, seen } = stage();
    const held = [await textures.hold({}, SHEET), await textures.hold({}, SHEET)];
    expect(await textures.hold({}, SHEET)).toBeUndefined();
    expect(seen.held).toBe(6);
    held[0]!.release();
    expect(await textures.hold({}, SHEET)).toBeDefined();
  });

  it('go with their identity', async () => {
    const { textures, seen } = stage();
    const [leaving, staying] = [{}, {}];
    const held = await textures.hold(leaving, SHEET);
    await textures.hold(staying, SHEET);
    held!.release();
    textures.remove(leaving);
    await new Promise(setImmediate);
    expect([seen.held, textures.bytes]).toEqual([3, BYTES]);
    await textures.close();
    expect([seen.held, seen.closed]).toEqual([0, 1]);
  });

  it('leave nothing behind where they could not be sent, and are sent again when they are wanted again', async () => {
    const { textures, seen } = stage();
    const owner = {};
    seen.broken = true;
    await expect(textures.hold(owner, SHEET)).rejects.toThrow('device lost');
    expect([seen.held, textures.bytes]).toEqual([0, 0]);
    seen.broken = false;
    await textures.hold(owner, SHEET);
    expect(seen.held).toBe(3);
  });
});
