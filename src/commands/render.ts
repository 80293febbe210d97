import { SingleBar } from 'cli-progress';
import { UnderstudyError } from '../errors.ts';
import { openCodecs } from '../pipeline/decode/codecs.io.ts';
import { reenactFile } from '../pipeline/file-reenactment.ts';
import { derivedFolder } from '../pipeline/folders.ts';
import { openLandmarkModel } from '../pipeline/landmark/landmark-model.io.ts';
import { SkinTracker } from '../pipeline/landmark/skin/skin-tracker.ts';
import { createMediaFile, openMediaFile } from '../pipeline/media-file/media-file.io.ts';
import type { MediaInfo } from '../pipeline/media-file/media-file.ts';
import { Puppeteer } from '../pipeline/pose/puppeteer.ts';
import { ENGINE_NAMES, openEngine } from '../pipeline/render/engines.ts';
import type { Framing } from '../pipeline/render/identity/framing.ts';
import { RenderReport } from '../pipeline/render-report.io.ts';
import { monotonicClock } from '../time.ts';
import { type CommandIdentity, openCommandIdentity } from './render-identity.io.ts';
import { RENDER_USAGE, type RenderCommandOptions, readRenderOptions } from './render-options.ts';

/** Idle motion repeats from run to run. */
const SEED = 1;

/** What is to be undone, last first, however the work ends. */
class Undo {
  readonly #steps: (() => unknown)[] = [];
  add(step: () => unknown): void {
    this.#steps.push(step);
  }
  async run(): Promise<void> {
    for (const step of this.#steps.splice(0).toReversed()) await step();
  }
}

/**
 * The square of the clip that the output shows in absolute motion: the identity picture's own framing
 * where picture and clip are of one size, for then one is a frame of the other.
 */
function framingOf(info: MediaInfo, { cut }: CommandIdentity): Framing | undefined {
  const upright = info.rotation % 180 === 0;
  const width = upright ? info.width : info.height;
  const height = upright ? info.height : info.width;
  return cut && cut.width === width && cut.height === height ? cut.framing : undefined;
}

async function render(options: RenderCommandOptions, undo: Undo): Promise<string> {
  const { input, output, size, motion, smoothing } = options;
  const codecs = await openCodecs({ prefer: options.codecBackend });
  const model = await openLandmarkModel(
    {
      faceModelPath: options.faceModel,
      modelsFolder: options.models,
    },
    { person: true },
  );
  undo.add(() => model.close());
  const reader = await openMediaFile(input, codecs);
  undo.add(() => reader.close());
  const { info } = reader;
  const identity = await openCommandIdentity(options.identity, {
    finder: model.finder,
    model: model.name,
    data: options.data,
  });
  const engine = await openEngine(options.engine, { derivedFolder: derivedFolder(options.data) });
  undo.add(() => engine.close());
  const enrolled = await engine.enrol(identity.examples);
  const renderer = await engine.open(enrolled, { size, mark: options.mark });
  undo.add(async () => {
    renderer.close();
    await engine.discard(enrolled);
  });
  const framing = framingOf(info, identity);
  const player = new Puppeteer(engine.neutral(enrolled), {
    motion,
    smoothing,
    seed: SEED,
    ...(framing && { view: { x: framing.left, y: framing.top, side: framing.side } }),
  });
  const writer = await createMediaFile(
    output,
    { width: size, height: size, fps: info.fps, ...(info.audio && { audioFrom: input }) },
    codecs,
  );
  undo.add(() => writer.abort());
  const report = options.report && (await openReport(options.report));
  const bar = progress(info.frames);
  undo.add(() => bar.stop());
  const seen = { frames: 0, faces: 0, failed: 0 };
  await reenactFile({
    reader,
    tracker: new SkinTracker(model.createTracker()),
    player,
    renderer,
    writer,
    clock: monotonicClock,
    async reenacted(frame) {
      seen.frames += 1;
      if (frame.found) seen.faces += 1;
      if (frame.dropped) seen.failed += 1;
      bar.update(seen.frames);
      if (report) await report.add(frame);
    },
  });
  await writer.finish();
  if (report) await report.finish();
  const losses = [
    seen.frames - seen.faces > 0 && `${seen.frames - seen.faces} without a face`,
    renderer.degraded > 0 && `${renderer.degraded} by the warp alone`,
    seen.failed > 0 && `${seen.failed} repeated`,
    reader.damaged > 0 && `${reader.damaged} damaged and left out`,
  ].filter(Boolean);
  return `${output}: ${seen.frames} frames${losses.length > 0 ? `, ${losses.join(', ')}` : ''}.`;

  async function openReport(path: string): Promise<RenderReport> {
    const { width, height, rotation, fps, codec } = info;
    const opened = await RenderReport.create(path, {
      engine: engine.name,
      motion,
      smoothing,
      size,
      landmarks: model.name,
      identity: options.identity,
      input: { width, height, rotation, fps, codec },
      framing,
    });
    undo.add(() => opened.abort());
    return opened;
  }
}

/** A bar on stderr, and nothing where stderr is no terminal. */
function progress(frames: number): Pick<SingleBar, 'update' | 'stop'> {
  const bar = new SingleBar({
    stream: process.stderr,
    noTTYOutput: false,
    format: 'Rendering {bar} {percentage} % · {value}/{total} frames · {eta_formatted} left',
  });
  bar.start(frames, 0);
  return bar;
}

async function main(): Promise<number> {
  const undo = new Undo();
  try {
    const invocation = readRenderOptions(process.argv.slice(2), ENGINE_NAMES);
    if (invocation.kind === 'help') {
      console.log(RENDER_USAGE);
      return 0;
    }
    console.log(await render(invocation.options, undo));
    return 0;
  } catch (error) {
    if (!(error instanceof UnderstudyError)) throw error;
    const reason = error.cause instanceof UnderstudyError ? ` ${error.cause.message}` : '';
    console.error(`${error.message}${reason}`);
    return error.code === 'invalid_arguments' ? 2 : 1;
  } finally {
    await undo.run();
  }
}

if (import.meta.main) process.exitCode = await main();
