import type { Clock, Milli } from '../time.ts';
import type { FaceTracker } from './landmark/face-tracker.ts';
import type { FaceLandmarks } from './landmark/landmarks.ts';
import type { MediaReader, MediaWriter } from './media-file/media-file.ts';
import type { AvatarFrame } from './picture.ts';
import type { Pose } from './pose/pose.ts';
import type { PosePlayer } from './reenactment-stages.ts';
import type { Renderer } from './render/engine.ts';
import type { DropReason, FrameSource, StageTimes } from './stage.ts';

/** What became of one frame of a file. */
export interface ReenactedFrame {
  readonly frame: number;
  readonly at: Milli;
  /** The face as the tracker found it, in pixels of the clip; undefined where there is none. */
  readonly found: FaceLandmarks | undefined;
  /** What was drawn; undefined for a frame that was dropped. */
  readonly pose: Pose | undefined;
  readonly source: FrameSource;
  readonly dropped: DropReason | undefined;
  readonly times: StageTimes;
}

export interface FileReenactmentParts {
  readonly reader: MediaReader;
  readonly tracker: FaceTracker;
  readonly player: Pick<PosePlayer, 'drive'>;
  readonly renderer: Renderer;
  readonly writer: MediaWriter;
  readonly clock: Clock;
  /** Called after each frame, in order. */
  reenacted(frame: ReenactedFrame): void | Promise<void>;
}

/**
 * Drives one identity by a file, frame by frame, as a call would, but with time taken from the file
 * and nothing skipped for lateness. A frame whose rendering fails repeats the one before.
 * The caller owns, ends and closes all parts.
 */
export async function reenactFile(parts: FileReenactmentParts): Promise<void> {
  const { reader, tracker, player, renderer, writer, clock } = parts;
  let index = 0;
  let last: AvatarFrame | undefined;
  let mark = clock();
  const lap = (): Milli => {
    const before = mark;
    mark = clock();
    return mark - before;
  };
  for await (const { frame, at } of reader.frames()) {
    const times: StageTimes = { decode: lap() };
    const found = await tracker.track(frame, at);
    times.landmark = lap();
    const driven = player.drive(found, at);
    times.pose = lap();
    if (driven.sceneCut) renderer.reset();
    let dropped: DropReason | undefined;
    try {
      last = await renderer.render(driven.pose);
    } catch (error) {
      // Before the first picture there is none to repeat: then the clip cannot be rendered at all.
      if (last === undefined) throw error;
      dropped = 'failed';
    }
    times.render = lap();
    await writer.write(last, at);
    times.encode = lap();
    await parts.reenacted({
      frame: index++,
      at,
      found,
      pose: dropped ? undefined : driven.pose,
      source: driven.source,
      dropped,
      times,
    });
    lap();
  }
}
