import { execFileSync } from 'node:child_process';
import { findChromium } from '../src/commands/doctor/chromium.io.ts';

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

/** Makes sure that the end-to-end tests have a browser. */
if (!findChromium()) {
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
