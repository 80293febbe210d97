import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Milli, Seconds } from '../../src/time.ts';
import { cpuOf } from '../process-cpu.io.ts';
import type { FromPeer, ToPeer } from './peer-message.ts';

/** Loading everything on a busy machine. */
const START_LIMIT: Milli = 30_000;
/** Then it is ended the hard way. */
const STOP_LIMIT: Milli = 3_000;
/** What of a failing peer's standard error is shown. */
const ERROR_CHARACTERS = 2_000;

export type SessionMessage = Exclude<FromPeer, { type: 'ready' }>;

type Listeners = Map<string, (message: SessionMessage) => void>;

/** How a peer is started: a program, its arguments, and the folder it runs in. */
export interface PeerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly folder: string;
}

/** A peer under test, running. */
export class PeerProcess {
  /** What it says that it is. */
  readonly version: string;
  readonly #child: ChildProcess;
  readonly #sessions: Listeners;

  private constructor(child: ChildProcess, version: string, sessions: Listeners) {
    this.#child = child;
    this.version = version;
    this.#sessions = sessions;
  }

  /** @throws Error with what it printed, where it does not come up. */
  static start({ command, args, folder }: PeerCommand): Promise<PeerProcess> {
    const child = spawn(command, args, { cwd: folder, stdio: 'pipe' });
    const sessions: Listeners = new Map();
    let errors = '';
    child.stderr.on('data', (chunk) => {
      errors = `${errors}${chunk}`.slice(-ERROR_CHARACTERS);
    });
    // It may die with something still on its way to it: its exit is what is told.
    child.stdin.on('error', () => undefined);
    return new Promise((resolve, reject) => {
      const fail = (why: string) => {
        clearTimeout(limit);
        child.kill('SIGKILL');
        reject(new Error(`${command} ${args.join(' ')}: ${why}\n${errors}`));
      };
      const limit = setTimeout(() => fail('it did not start'), START_LIMIT);
      child.on('error', ({ message }) => fail(message));
      child.on('exit', (code) => {
        fail(`it ended with ${code}`);
        for (const [session, hear] of sessions)
          hear({ type: 'failed', session, reason: `the peer ended: ${errors}` });
      });
      createInterface({ input: child.stdout }).on('line', (line) => {
        const message = JSON.parse(line) as FromPeer;
        if (message.type === 'ready') {
          clearTimeout(limit);
          resolve(new PeerProcess(child, message.version, sessions));
        } else sessions.get(message.session)?.(message);
      });
    });
  }

  send(message: ToPeer): void {
    this.#child.stdin?.write(`${JSON.stringify(message)}\n`);
  }

  /** Whatever it says of a session, until {@link leave}. */
  listen(session: string, hear: (message: SessionMessage) => void): void {
    this.#sessions.set(session, hear);
  }

  leave(session: string): void {
    this.#sessions.delete(session);
  }

  /** Processor time of it and its children so far. */
  cpu(): Promise<Seconds> {
    return cpuOf(this.#child.pid ?? 0);
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.stdin?.end();
    const limit = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT);
    await ended;
    clearTimeout(limit);
  }
}
