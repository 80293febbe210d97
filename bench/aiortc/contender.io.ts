import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Px } from '../../src/pipeline/picture.ts';
import type { BitsPerSecond } from '../../src/pipeline/transmit/video-encoder.ts';
import type { PeerCommand } from './peer-process.io.ts';

const TRAINING = fileURLToPath(new URL('../../training/', import.meta.url));
const SERVER = fileURLToPath(new URL('./transform-server.ts', import.meta.url));
/** Where the instructions put it. */
const PYTHON = fileURLToPath(new URL('../../training/.venv-aiortc/bin/python', import.meta.url));

export const CONTENDERS = [
  'understudy',
  'understudy, wasm',
  'aiortc',
  'aiortc, matched encoder',
] as const;
export type Contender = (typeof CONTENDERS)[number];

export interface ContenderSettings {
  readonly size: Px;
  readonly bitrate: BitsPerSecond;
  readonly python: string;
}

/** How a contender is started. */
export function commandOf(
  contender: Contender,
  { size, bitrate, python }: ContenderSettings,
): PeerCommand {
  const rate = ['--bitrate', String(bitrate)];
  if (contender.startsWith('aiortc')) {
    const encoder = contender === 'aiortc' ? 'default' : 'matched';
    const args = ['-m', 'aiortc_peer.server', ...rate, '--encoder', encoder];
    return { command: python, args, folder: TRAINING };
  }
  const codecs = contender === 'understudy' ? 'native' : 'wasm';
  // A worker a core, less the main process's own: one on the one core that a contender gets.
  const args = [SERVER, ...rate, '--size', String(size), '--codecs', codecs, '--workers', '1'];
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
