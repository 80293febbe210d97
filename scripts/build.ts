import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FIELDS } from '../src/pipeline/render/few-shot-vid2vid/field.ts';

/**
 * Builds what Node cannot run from source: every `*.as.ts` in a `kernel` folder, with what it takes from folders
 * below, becomes `build/kernel/<name>.wasm`, one for each field that a network may work on where it works on that
 * (`<name>.<cells>.wasm`), and the web app, where its sources are, becomes `build/web`.
 * On Windows it makes the command `exec`, too, which `npm start` begins with.
 * What is newer than its sources is left alone, so that running this before each start costs nothing.
 */

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const kernelOut = join(root, 'build', 'kernel');
const webOut = join(root, 'build', 'web');
const webSource = join(root, 'src', 'client');
const execShim = join(root, 'node_modules', '.bin', 'exec.cmd');

/** No runtime and imported memory: a kernel owns no heap, its caller lays the memory out. */
const ASC_FLAGS = ['--enable', 'simd', '-O3', '--noAssert', '--runtime', 'stub', '--importMemory'];
/** The renderers' kernels work on memory that the identities' loader shares with them; 65536 pages are 4 GiB. */
const SHARED_FLAGS = ['--enable', 'threads', '--sharedMemory', '--maximumMemory', '65536'];
const SHARING = /[\\/]render[\\/]/;
/** What works on a network's field: its size is a constant there, so that no place in it is multiplied out at run time. */
const ON_A_FIELD = /[\\/]few-shot-vid2vid[\\/]/;

/** When a file last changed; -Infinity where there is none. */
async function changedAt(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return Number.NEGATIVE_INFINITY;
    throw cause;
  }
}

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

async function newest(files: readonly string[]): Promise<number> {
  return Math.max(...(await Promise.all(files.map(changedAt))));
}

interface KernelBuild {
  readonly source: string;
  /** Of its file, without what says the kind. */
  readonly name: string;
  readonly flags: readonly string[];
}

function buildsOf(source: string): KernelBuild[] {
  const name = basename(source, '.as.ts');
  const flags = SHARING.test(source) ? [...ASC_FLAGS, ...SHARED_FLAGS] : ASC_FLAGS;
  if (!ON_A_FIELD.test(source)) return [{ source, name, flags }];
  return FIELDS.map(({ cells }) => ({
    source,
    name: `${name}.${cells}`,
    flags: [...flags, '--use', `FIELD_CELLS=${cells}`],
  }));
}

async function buildKernel(
  { source, name, flags }: KernelBuild,
  scriptChangedAt: number,
): Promise<void> {
  const target = join(kernelOut, `${name}.wasm`);
  const parts = await newest(await filesUnder(dirname(source)));
  if ((await changedAt(target)) > Math.max(parts, scriptChangedAt)) return;
  const { default: asc } = await import('assemblyscript/asc');
  await mkdir(kernelOut, { recursive: true });
  const args = [relative(root, source), '--outFile', relative(root, target), ...flags];
  const { error, stderr } = await asc.main(args, {
    readFile: undefined,
    baseDir: root,
  } as unknown as Parameters<typeof asc.main>[1]);
  if (error !== null) {
    throw new Error(`${relative(root, source)} does not compile:\n${stderr.toString()}`, {
      cause: error,
    });
  }
}

async function buildWeb(): Promise<void> {
  const index = join(webSource, 'app', 'index.html');
  if ((await changedAt(index)) === Number.NEGATIVE_INFINITY) return;
  const sources = [...(await filesUnder(webSource)), join(root, 'package-lock.json')];
  if ((await changedAt(join(webOut, 'index.html'))) > (await newest(sources))) return;
  const { build } = await import('vite');
  await build({ configFile: join(webSource, 'vite.config.ts'), logLevel: 'warn' });
}

/**
 * npm runs scripts in a shell, which does not pass a signal on: the server has to take the shell's place, so that what stops
 * npm stops it. Where the shell is cmd.exe, which has no word for that, this one runs what follows it, outside of any
 * batch file, as npm's own commands do: Ctrl-C then asks nobody whether to "terminate batch job".
 */
async function buildExec(): Promise<void> {
  if (process.platform !== 'win32') return;
  await mkdir(dirname(execShim), { recursive: true });
  await writeFile(execShim, '@goto #_undefined_# 2>NUL || title %COMSPEC% & %*\r\n');
}

const scriptChangedAt = await changedAt(fileURLToPath(import.meta.url));
const sources = await filesUnder(join(root, 'src'));
for (const source of sources.filter((file) => /[\\/]kernel[\\/][^\\/]+\.as\.ts$/.test(file))) {
  for (const build of buildsOf(source)) await buildKernel(build, scriptChangedAt);
}
await buildWeb();
await buildExec();
