import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { UnderstudyError } from '../errors.ts';
import type { ReenactedFrame } from './file-reenactment.ts';
import type { MediaInfo } from './media-file/media-file.ts';
import type { Framing } from './render/identity/framing.ts';

/** What the report says once, before its rows. */
export interface ReportHead {
  readonly engine: string;
  readonly motion: string;
  readonly smoothing: number;
  readonly size: number;
  readonly landmarks: string;
  readonly identity: readonly string[];
  readonly input: Pick<MediaInfo, 'width' | 'height' | 'rotation' | 'fps' | 'codec'>;
  /** The square of the clip that stands for the output's picture, in its upright pixels. */
  readonly framing: Framing | undefined;
}

/** Landmarks are kept as 16-bit integers of this share of a pixel: a picture of 4096 fits. */
const STEPS_PER_PIXEL = 8;

/**
 * Points as base64 of little-endian 16-bit integers: x, y, z interleaved, in eighths of a pixel.
 * @param scale pixels in one unit of the points.
 */
export function packPoints(points: Float32Array, scale: number): string {
  const packed = Buffer.alloc(points.length * 2);
  points.forEach((value, i) => {
    const steps = Math.round(value * scale * STEPS_PER_PIXEL);
    packed.writeInt16LE(Math.min(32_767, Math.max(-32_768, steps)), 2 * i);
  });
  return packed.toString('base64');
}

const LEAD =
  'Points: base64 of int16 LE, x y z interleaved, 1/8 pixel (found: of the clip; drawn: of the output). Only "times" differs from run to run; milliseconds.';

/** A JSON report that grows row by row on disk, and stands under its name only when finished. */
export class RenderReport {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #size: number;
  #rows = 0;
  #ended = false;

  private constructor(path: string, file: FileHandle, size: number) {
    this.#path = path;
    this.#file = file;
    this.#size = size;
  }

  /** @throws UnderstudyError `report_failed` */
  static async create(path: string, head: ReportHead): Promise<RenderReport> {
    try {
      const file = await open(`${path}.part`, 'w');
      const fields = Object.entries({ about: LEAD, ...head })
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
      await file.write(`{\n${fields.join(',\n')},\n"frames": [`);
      return new RenderReport(path, file, head.size);
    } catch (cause) {
      throw new UnderstudyError('report_failed', `The report ${path} cannot be written.`, {
        value: path,
        cause,
      });
    }
  }

  async add({ frame, at, found, pose, source, dropped, times }: ReenactedFrame): Promise<void> {
    const row = {
      frame,
      at: Math.round(at * 1000) / 1000,
      source,
      dropped,
      presence: found && Math.round(found.presence * 1e4) / 1e4,
      found: found && packPoints(found.points, 1),
      drawn: pose && packPoints(pose.points, this.#size),
      times: Object.fromEntries(
        Object.entries(times).map(([stage, ms]) => [stage, Math.round(ms * 100) / 100]),
      ),
    };
    await this.#file.write(`${this.#rows++ === 0 ? '\n' : ',\n'}${JSON.stringify(row)}`);
  }

  async finish(): Promise<void> {
    this.#ended = true;
    await this.#file.write('\n]\n}\n');
    await this.#file.close();
    await rename(`${this.#path}.part`, this.#path);
  }

  /** Leaves nothing behind; after `finish` it does nothing. */
  async abort(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#file.close();
    await rm(`${this.#path}.part`, { force: true });
  }
}
