import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { VideoCodec } from '../../src/pipeline/decode/video-decoder.ts';
import type { Px } from '../../src/pipeline/picture.ts';
import type { BitsPerSecond } from '../../src/pipeline/transmit/video-encoder.ts';
import type { Contender } from './contender.ts';
import type { PeerCommand } from './peer-process.io.ts';

const TRAINING = fileURLToPath(new URL('../../training/', import.meta.url));
const SERVER = fileURLToPath(new URL('./transform-server.ts', import.meta.url));
/** Where the instructions put it. */
const PYTHON = fileURLToPath(new URL('../../training/.venv-aiortc/bin/python', import.meta.url));

export interface ContenderSettings {
  readonly codec: VideoCodec;
  readonly size: Px;
  readonly bitrate: BitsPerSecond;
  readonly python: string;
}

/** How a contender is started. */
export function commandOf(
  contender: Contender,
  { codec, size, bitrate, python }: ContenderSettings,
): PeerCommand {
  const media = ['--codec', codec, '--bitrate', String(bitrate)];
  if (contender.startsWith('aiortc')) {
    const encoder = contender === 'aiortc' ? 'default' : 'matched';
    const args = ['-m', 'aiortc_peer.server', ...media, '--encoder', encoder];
    return { command: python, args, folder: TRAINING };
  }
  const backend = contender === 'understudy' ? 'native' : 'wasm';
  // A worker a core, less the main process's own: one on the one core that a contender gets.
  const args = [SERVER, ...media, '--size', String(size), '--backend', backend, '--workers', '1'];
  return { command: process.execPath, args, folder: process.cwd() };
}

/** @returns the Python that has aiortc, or why there is none and how to get it. */
export async function findPython(
  given: string | undefined,
): Promise<{ readonly python: string } | { readonly absence: string }> {
  const python = given ?? PYTHON;
  const install =
    'python3.11 -m venv training/.venv-aiortc && training/.venv-aiortc/bin/pip install -r training/requirements-aiortc.txt';
  if (!existsSync(python))
    return { absence: `no Python with aiortc at ${python}; to install it: ${install}` };
  try {
    await promisify(execFile)(python, ['-c', 'import aiortc, numpy']);
    return { python };
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.trim().split('\n').at(-1) ?? '') : '';
    return { absence: `${python} has no aiortc (${reason}); to install it: ${install}` };
  }
}
