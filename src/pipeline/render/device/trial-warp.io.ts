import { openOnDevice } from '../../landmark/onnx.io.ts';
import type { Px } from '../../picture.ts';
import { DeviceTextures } from '../few-shot-vid2vid/device-textures.ts';
import { DeviceWarp } from '../few-shot-vid2vid/device-warp.ts';
import type { Field } from '../few-shot-vid2vid/field.ts';
import { usualOf } from '../few-shot-vid2vid/network-window.ts';
import { warpGraph } from '../few-shot-vid2vid/warp-graph.ts';
import { warpSessions } from '../few-shot-vid2vid/warp-sessions.io.ts';
import { meshFrameBytes } from '../warp/mesh-frame.ts';
import { WarpPainter } from '../warp/warp-painter.ts';
import type { Device } from './device-choice.ts';
import { trialIdentity, trialPoints } from './trial-face.ts';

/** Of the sway of the trial's face, one that is not at rest. */
const FRAME = 7;

/**
 * The warp of one frame, as a device draws it, brought back.
 * @param field what its motion is told in.
 * @returns undefined where it draws none: see {@link warpSessions}.
 * @throws what the device failed with.
 */
export async function trialWarp(
  device: Device,
  side: Px,
  field: Field,
): Promise<Uint8Array | undefined> {
  const sessions = warpSessions(device);
  if (!sessions) return undefined;
  const painter = new WarpPainter(trialIdentity(), side, meshFrameBytes(side));
  painter.follow(trialPoints(FRAME));
  const mesh = painter.describe(painter.meshFrame(painter.spareAt));
  const textures = new DeviceTextures(sessions.openPlanes);
  const held = await textures.hold(painter, painter.sheet);
  // A session whose outputs stay there brings none back.
  const warp = new DeviceWarp(side, field, (shape) =>
    openOnDevice(warpGraph(shape), 'the warp', device, []),
  );
  try {
    if (!mesh || !held) throw new Error('there is no room for the warp of one frame');
    const motion = { before: painter.mesh.places, cells: new Uint8Array(2 * field.plane) };
    const { pictures } = await warp.readBack([
      { mesh, motion, sheet: held.sheet, window: usualOf(field) },
    ]);
    return pictures;
  } finally {
    await warp.close();
    await textures.close();
    painter.close();
  }
}
