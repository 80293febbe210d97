import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The names under which distributions install a Chromium that speaks the same automation protocol. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** @returns the Chromium to test with: CHROMIUM_PATH, else the first one on the PATH. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return findProgram(env.CHROMIUM_PATH, NAMES, env);
}

/** @returns `named`, where that can be run, else the first program on the PATH that has one of the names. */
export function findProgram(
  named: string | undefined,
  names: readonly string[],
  env: NodeJS.ProcessEnv,
): string | undefined {
  const candidates = [
    ...(named ? [named] : []),
    ...names.flatMap((name) =>
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
