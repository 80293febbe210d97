import { delimiter, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, firefox } from 'playwright-core';
import { findProgram } from '../../src/commands/doctor/chromium.io.ts';

const NAMES = ['firefox-esr', 'firefox'];
/** A first start with an empty profile, on a machine that others share. */
const START_LIMIT_MS = 60_000;

/** @returns the Firefox to test with: FIREFOX_PATH, else the first one on the PATH. */
export function findFirefox(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return findProgram(env.FIREFOX_PATH, NAMES, env);
}

/** A headless stock Firefox, driven over WebDriver BiDi. The caller closes it. */
export async function launchFirefox(executable: string): Promise<Browser> {
  return firefox.launch({
    channel: 'moz-firefox',
    executablePath: fileURLToPath(new URL('./firefox-endpoint.ts', import.meta.url)),
    timeout: START_LIMIT_MS,
    env: {
      ...stringsOf(process.env),
      FIREFOX_PATH: executable,
      // The endpoint is TypeScript, for the Node that runs this.
      PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`,
    },
    firefoxUserPrefs: {
      'media.navigator.streams.fake': true,
      'media.navigator.permission.disabled': true,
      // Where there is no other network than the loopback device.
      'media.peerconnection.ice.loopback': true,
      'media.autoplay.default': 0,
    },
  });
}

function stringsOf(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
