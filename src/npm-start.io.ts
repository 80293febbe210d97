import { fileURLToPath } from 'node:url';
import { isNpmStart } from './npm-start.ts';
import type { Milli } from './time.ts';

const PACKAGE_FILE = fileURLToPath(new URL('../package.json', import.meta.url));
/** A killed npm tells nobody: whether it is there is looked up this often. */
const INTERVAL: Milli = 1_000;

/** Calls back once if npm, having started this process, ends before it: nobody could stop the server by it any more. */
export function whenNpmEnds(ended: () => void): void {
  if (!isNpmStart(process.env, PACKAGE_FILE)) return;
  const npm = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(watch);
    ended();
  }, INTERVAL);
  watch.unref();
}
