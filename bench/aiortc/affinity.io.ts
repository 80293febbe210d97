import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import type { PeerCommand } from './peer-process.io.ts';

/** The peer under test has a core of its own, and who drives it another. */
const PEER_CORE = 0;
const CLIENT_CORE = 1;

/** Which processes run on which core, while it lasts. */
export interface Affinity {
  /** Whether a core is the peer's alone: else it and the client share all. */
  readonly pinned: boolean;
  peer(command: PeerCommand): PeerCommand;
  restore(): Promise<void>;
}

const run = promisify(execFile);
const UNPINNED: Affinity = {
  pinned: false,
  peer: (command) => command,
  restore: async () => undefined,
};

/** Moves this process to its core, where util-linux's taskset is there and there are two cores. */
export async function pinClient(): Promise<Affinity> {
  if (availableParallelism() <= CLIENT_CORE) return UNPINNED;
  const pid = String(process.pid);
  let before: string;
  try {
    before = /: (\S+)\s*$/.exec((await run('taskset', ['-cp', pid])).stdout)?.[1] ?? '';
    await run('taskset', ['-acp', String(CLIENT_CORE), pid]);
  } catch {
    // No taskset here, or no right to use it: nothing is pinned, and the figures say so.
    return UNPINNED;
  }
  return {
    pinned: true,
    peer: ({ command, args, folder }) => ({
      command: 'taskset',
      args: ['-c', String(PEER_CORE), command, ...args],
      folder,
    }),
    restore: async () => {
      if (before) await run('taskset', ['-acp', before, pid]);
    },
  };
}
