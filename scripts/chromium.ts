import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The names under which distributions install a Chromium that speaks the same automation protocol. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** @returns the Chromium to test with: CHROMIUM_PATH, else the first one on the PATH. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const candidates = [
    ...(env.CHROMIUM_PATH ? [env.CHROMIUM_PATH] : []),
    ...NAMES.flatMap((name) =>
      (env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)),
    ),
  ];
  return candidates.find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // the answer, not a fault: the next candidate may be there
  }
}

function install(): void {
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const apt = (...args: string[]) => {
    const [command, ...rest] = [...asRoot, 'apt-get', ...args] as [string, ...string[]];
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    execFileSync(command, rest, { stdio: ['ignore', 'ignore', 'inherit'], env });
  };
  console.log('Chromium is not on this machine: installing it with apt-get (about 100 MB)…');
  apt('update', '-q');
  apt('install', '-y', '-q', '--no-install-recommends', 'chromium');
}

/** Run as a script: makes sure that the end-to-end tests have a browser. */
if (process.argv[1] === fileURLToPath(import.meta.url) && !findChromium()) {
  try {
    install();
  } catch (cause) {
    console.error(
      'The tests need Chromium, and it could not be installed with apt-get. Install Chromium or ' +
        'Chrome yourself, or say where it is: CHROMIUM_PATH=/path/to/chromium npm test',
    );
    console.error(cause instanceof Error ? cause.message : cause);
    process.exit(1);
  }
}
