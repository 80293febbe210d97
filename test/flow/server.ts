import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
/** Loading the networks on a busy machine. */
const START_LIMIT_MS = 60_000;
const PRESS_INTERVAL_MS = 200;

export interface TestServer {
  readonly url: string;
  readonly pid: number;
  /** The processes of its pipeline workers. */
  workers(): Promise<number[]>;
  /** Everything it printed so far. */
  output(): string;
  /** Sends SIGTERM and waits for the end. @returns the exit code. */
  stop(): Promise<number | null>;
  /** Sends SIGINT until it has ended, as someone who presses Ctrl-C again and again. @returns the exit code. */
  interrupt(): Promise<number | null>;
  kill(): void;
}

export interface TestServerOptions {
  readonly args?: readonly string[];
  readonly data?: string;
  readonly port?: number;
  /** By `npm start`: then `pid` and `stop` are npm's. */
  readonly npm?: boolean;
}

/** Runs the real server as a user does, on a free port, with a data folder of its own. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const data = options.data ?? (await mkdtemp(join(tmpdir(), 'understudy-flow-')));
  const args = [
    '--port',
    String(options.port ?? 0),
    '--data',
    data,
    '--drain-grace',
    '0ms',
    // The browser has the same cores: what these carry in time beside it is no question here.
    '--admission',
    'open',
    '--frame-budget',
    '100ms',
    ...(options.args ?? []),
  ];
  const [command, ...first] = options.npm
    ? ['npm', '--silent', 'start', '--']
    : [process.execPath, MAIN];
  const child = spawn(command!, [...first, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: what npm leaves behind ends with the test all the same.
    detached: options.npm ?? false,
  });
  let output = '';
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const exited = new Promise<number | null>((resolve) => {
    child.on('exit', (code) => resolve(code));
  });
  const url = await new Promise<string>((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${why}\n${output}`));
    const limit = setTimeout(() => fail('the server did not start'), START_LIMIT_MS);
    child.stdout.on('data', (chunk) => {
      output += chunk;
      const found = /Understudy at (\S+)/.exec(output)?.[1];
      if (!found) return;
      clearTimeout(limit);
      resolve(found);
    });
    child.on('exit', (code) => fail(`the server ended with ${code}`));
  });
  return {
    url,
    pid: child.pid as number,
    workers: () => workersOf(child.pid as number),
    output: () => output,
    stop: async () => {
      child.kill('SIGTERM');
      const code = await exited;
      if (!options.data) await rm(data, { recursive: true, force: true });
      return code;
    },
    interrupt: async () => {
      const pressing = setInterval(() => child.kill('SIGINT'), PRESS_INTERVAL_MS);
      const code = await exited;
      clearInterval(pressing);
      if (!options.data) await rm(data, { recursive: true, force: true });
      return code;
    },
    kill: () => (options.npm ? endGroup(child) : end(child)),
  };
}

/** Linux tells a process's children; every supported test machine is one. */
async function workersOf(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  const workers: number[] = [];
  for (const child of children.trim().split(' ').map(Number)) {
    const command = await readFile(`/proc/${child}/cmdline`, 'utf8').catch(() => '');
    if (command.includes('pipeline.worker')) workers.push(child);
  }
  return workers;
}

function end(child: ChildProcess): void {
  if (child.exitCode === null) child.kill('SIGKILL');
}

function endGroup(leader: ChildProcess): void {
  try {
    process.kill(-(leader.pid as number), 'SIGKILL');
  } catch (error) {
    // Nobody is left in it, as it should be.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
