import { randomFillSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { BUILT_IN_IDENTITIES } from '../src/pipeline/folders.ts';
import { decodePicture, encodePng } from '../src/pipeline/render/identity/picture-file.io.ts';
import { MAX_PICTURES } from '../src/signaling/identity-api.ts';
import type { Milli } from '../src/time.ts';
import { startTestServer } from '../test/flow/server.ts';

/** The most that a server takes by default. */
const UPLOAD_BYTES = 24_000_000;
/** Of one main process; each fills the enrolment worker anew. */
const RUNS = 5;

/** Delay of the main process's event loop: how long a packet could have had to wait there. */
interface LoopDelay {
  readonly p99: Milli;
  readonly max: Milli;
}

export interface EnrolmentFigures {
  readonly pictures: number;
  readonly bytes: number;
  readonly enrolmentMs: Milli;
  /** The measurement's own timer comes every 10 ms, which is in these figures. */
  readonly loopDelayMs: LoopDelay;
  readonly loopDelayAtRestMs: LoopDelay;
}

/** The largest enrolment there can be, and what the calls in the same process feel of it. */
export async function benchEnrolment(): Promise<EnrolmentFigures[]> {
  const server = await startTestServer();
  try {
    const picture = await largePicture(UPLOAD_BYTES / MAX_PICTURES - 1000);
    const pictures = Array<Uint8Array<ArrayBuffer>>(MAX_PICTURES).fill(picture);
    await readLoopDelay(server.url);
    await setTimeout(2_000);
    const loopDelayAtRestMs = await readLoopDelay(server.url);
    const figures: EnrolmentFigures[] = [];
    for (let run = 0; run < RUNS; run++) {
      const enrolmentMs = await enrol(server.url, `Run ${run}`, pictures);
      figures.push({
        pictures: pictures.length,
        bytes: picture.length * pictures.length,
        enrolmentMs,
        loopDelayMs: await readLoopDelay(server.url),
        loopDelayAtRestMs,
      });
    }
    return figures;
  } finally {
    await server.stop();
  }
}

/** Uploads pictures as a page does. @returns how long it took until the identity can be joined with. */
export async function enrol(
  url: string,
  name: string,
  pictures: readonly Uint8Array<ArrayBuffer>[],
): Promise<Milli> {
  const form = new FormData();
  const consent = { given: true, subject: 'invented-character', statement: 'Made by a benchmark.' };
  form.append('identity', JSON.stringify({ name, consent }));
  for (const picture of pictures) form.append('picture', new Blob([picture]));
  const start = performance.now();
  const response = await fetch(`${url}/api/identities`, { method: 'POST', body: form });
  if (!response.ok) throw new Error(`the enrolment failed: ${await response.text()}`);
  return performance.now() - start;
}

/** From the server's own metrics, since they were read last. */
async function readLoopDelay(url: string): Promise<LoopDelay> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const of = (name: string): Milli =>
    Number(new RegExp(`^nodejs_eventloop_lag_${name}_seconds (\\S+)`, 'm').exec(text)?.[1]) * 1000;
  return { p99: of('p99'), max: of('max') };
}

/** A built-in face framed by noise, which does not compress: a file of no more than so many bytes. */
async function largePicture(bytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const face = await decodePicture(await readFile(join(BUILT_IN_IDENTITIES, 'ines', '1.webp')));
  for (let side = Math.ceil(Math.sqrt(bytes / 3)); ; side -= 16) {
    const rgba = new Uint8ClampedArray(side * side * 4);
    randomFillSync(rgba);
    for (let i = 3; i < rgba.length; i += 4) rgba[i] = 255;
    const margin = Math.floor((side - face.width) / 2);
    for (let row = 0; row < face.height; row++)
      rgba.set(
        face.rgba.subarray(row * face.width * 4, (row + 1) * face.width * 4),
        ((row + margin) * side + margin) * 4,
      );
    const file = await encodePng({ width: side, height: side, rgba });
    if (file.length <= bytes) return Uint8Array.from(file);
  }
}
