import type { AvatarFrame, Px } from '../../picture.ts';
import type { Elsewhere } from '../engine.ts';
import { type MeshFrame, meshFrameBytes } from '../warp/mesh-frame.ts';
import type { WarpPainter } from '../warp/warp-painter.ts';
import { EnclosedFace } from './enclosed-face.ts';
import { FaceReserve } from './face-reserve.ts';
import { FaceWindow } from './face-window.ts';
import { type FewShotExports, fewShotKernel } from './few-shot-kernel.io.ts';
import type { Field } from './field.ts';
import type { FrameToFinish, FrameWarp } from './frame-feeds.ts';
import { MOTION_CHANNELS } from './frame-values.ts';
import type { DeviceOutput } from './generator-sessions.ts';
import { MeshMotion, meshMotionBytes } from './mesh-motion.ts';
import type { NetworkWindow } from './network-window.ts';
import { PoseMap } from './pose-map.ts';

const motionBytes = ({ planeBytes }: Field): number => MOTION_CHANNELS * planeBytes;
const fieldBytes = (field: Field): number =>
  2 * motionBytes(field) +
  Object.values(meshMotionBytes(field)).reduce((sum, bytes) => sum + bytes, 0);

/** What a {@link DeviceFinish} needs of its painter's memory, for pictures of a side. */
export const deviceFinishBytes = (side: Px, field: Field): number =>
  fieldBytes(field) + meshFrameBytes(side);

/**
 * Makes outputs on a device: what only the processor knows of a frame, the mesh, what is painted by hand, the pose's map,
 * is sent there; what comes back is a finished picture. Where the device holds no textures, the warp is painted, and
 * sent there, too. Works in its painter's memory.
 */
export class DeviceFinish {
  readonly #painter: WarpPainter;
  readonly #output: DeviceOutput;
  readonly #elsewhere: Elsewhere | undefined;
  readonly #field: Field;
  readonly #window: FaceWindow;
  readonly #kernel: FewShotExports;
  readonly #meshMotion: MeshMotion;
  /** Flow and displacement, a plane of x and one of y of each. */
  readonly #motion: Float32Array;
  readonly #cut: Float32Array;
  #now: PoseMap;
  #before: PoseMap;
  readonly #frame: MeshFrame;
  #holds = false;
  readonly #reserve: FaceReserve;
  readonly #face: EnclosedFace;
  /** What the examples leave of an answer, 0…1, and in bytes. */
  readonly #share: Float32Array;
  readonly #left: Uint8Array;

  /**
   * @param output stays its opener's.
   * @param field what the network works on. @param windows whether it takes parts of that.
   * @param at where {@link deviceFinishBytes} of the painter's memory are free, a multiple of 16.
   */
  constructor(
    painter: WarpPainter,
    output: DeviceOutput,
    {
      field,
      windows,
      elsewhere,
    }: {
      readonly field: Field;
      readonly windows: boolean;
      readonly elsewhere?: Elsewhere | undefined;
    },
    at: number,
  ) {
    this.#painter = painter;
    this.#output = output;
    this.#elsewhere = elsewhere;
    this.#field = field;
    this.#window = new FaceWindow(field, windows);
    [this.#now, this.#before] = [new PoseMap(field), new PoseMap(field)];
    this.#reserve = new FaceReserve(field);
    this.#face = new EnclosedFace(field);
    this.#share = new Float32Array(field.plane);
    this.#left = new Uint8Array(field.plane);
    this.#kernel = fewShotKernel(field, painter.memory);
    const { buffer } = painter.memory;
    this.#motion = new Float32Array(buffer, at, MOTION_CHANNELS * field.plane);
    this.#cut = new Float32Array(buffer, at + motionBytes(field), MOTION_CHANNELS * field.plane);
    const bytes = meshMotionBytes(field);
    const nodes = at + 2 * motionBytes(field);
    const places = nodes + bytes.field;
    const values = places + bytes.places;
    this.#meshMotion = new MeshMotion(painter, field, this.#kernel, {
      field: nodes,
      places,
      values,
    });
    this.#frame = painter.meshFrame(at + fieldBytes(field));
  }

  /** Has the device hold what it draws warps from; what it cannot hold is painted. */
  async furnish(): Promise<void> {
    this.#holds = await this.#output.hold(this.#painter.sheet);
  }

  get hasPrevious(): boolean {
    return this.#output.hasPrevious;
  }

  /**
   * Draws what the painter has followed, and has the network correct it.
   * @returns the output, unmarked, in the painter's planes; undefined where it is not to be shown, and the canvas shows the warp.
   * @throws what the device failed with.
   */
  full(): Promise<AvatarFrame | undefined> {
    const warp = this.#follow();
    this.#share.fill(1);
    this.#reserve.withhold([this.#share], this.#painter.points, this.#painter.shown);
    this.#leave();
    if (warp.kind === 'painted') {
      this.#meshMotion.displacement(this.#motion.byteOffset + 2 * this.#field.planeBytes);
    }
    return this.#draw({
      kind: 'full',
      warp,
      window: this.#window.follow(this.#painter.points),
      describe: (window, maps, motion) => {
        this.#describe(window, maps);
        motion?.set(this.#motionIn(window));
      },
    });
  }

  /** In place of that: the last output of the face, moved along with the mesh. */
  between(): Promise<AvatarFrame | undefined> {
    const warp = this.#follow();
    this.#face.cover(this.#now.bytes, this.#share);
    this.#reserve.withholdAgain(this.#share, this.#painter.points, this.#painter.shown);
    this.#leave();
    const flow = this.#motion.subarray(0, 2 * this.#field.plane);
    const left = this.#left;
    return this.#draw({ kind: 'between', warp, left, ...(warp.kind === 'painted' && { flow }) });
  }

  /** The next frame has no output before it. */
  forget(): void {
    this.#output.forget();
  }

  close(): void {
    this.#output.close();
  }

  /** Takes in what each frame needs to know, and the next one. @returns its warp, and where that is described its motion. */
  #follow(): FrameWarp {
    [this.#now, this.#before] = [this.#before, this.#now];
    this.#now.draw(this.#painter.points);
    const mesh = this.#holds ? this.#painter.describe(this.#frame) : undefined;
    if (!mesh) this.#painter.paint();
    this.#meshMotion.place();
    const { byteOffset } = this.#motion;
    if (mesh) {
      const motion = this.#meshMotion.describe(!this.hasPrevious, byteOffset);
      return { kind: 'described', mesh, motion };
    }
    if (this.hasPrevious) this.#meshMotion.flow(byteOffset);
    else this.#motion.fill(0, 0, 2 * this.#field.plane);
    return { kind: 'painted', planes: this.#painter.toFrame() };
  }

  /** What of an answer, or of the last output, the examples leave of its share. */
  #leave(): void {
    const [share, left] = [this.#share, this.#left];
    for (let i = 0; i < left.length; i++) left[i] = 255 * share[i]! + 0.5;
  }

  async #draw(frame: FrameToFinish): Promise<AvatarFrame | undefined> {
    const output = this.#output;
    const ask = () => output.draw(frame);
    const planes = this.#elsewhere ? await this.#elsewhere(ask, () => output.took) : await ask();
    if (!planes) {
      if (frame.warp.kind === 'described') this.#painter.paint();
      return undefined;
    }
    this.#meshMotion.keep();
    const drawn = this.#painter.planes;
    let at = 0;
    for (const plane of [drawn.y, drawn.u, drawn.v]) {
      plane.set(planes.subarray(at, at + plane.length));
      at += plane.length;
    }
    return drawn;
  }

  #describe({ x, y, width, height }: NetworkWindow, maps: Uint8Array): void {
    const before = this.hasPrevious ? this.#before : this.#now;
    const { cells, plane } = this.#field;
    let at = 0;
    for (const planes of [this.#now.bytes, before.bytes, this.#left]) {
      for (let from = x; from < planes.length; from += plane) {
        for (let row = y; row < y + height; row++, at += width) {
          const start = from + row * cells;
          maps.set(planes.subarray(start, start + width), at);
        }
      }
    }
  }

  #motionIn({ x, y, width, height }: NetworkWindow): Float32Array {
    const { byteOffset } = this.#motion;
    const cut = this.#cut.byteOffset;
    this.#kernel.cutPlanes(byteOffset, MOTION_CHANNELS, x, y, width, height, cut);
    return this.#cut.subarray(0, MOTION_CHANNELS * width * height);
  }
}
