import type { FormatContext, Stream } from 'node-av/lib';
import type { NodeAv } from '../decode/node-av.io.ts';
import { type MediaContainer, sniffContainer } from './container.io.ts';
import { MediaFileError } from './media-file.ts';

/** FFmpeg's names of the demuxers, forced by our own sniffing: its guess could pick a playlist. */
const DEMUXERS: Record<MediaContainer, string> = { mp4: 'mov', webm: 'matroska' };

/** A file opened for reading by FFmpeg. The caller closes `format`. */
export interface NativeInput {
  readonly format: FormatContext;
  readonly video: Stream | undefined;
  readonly audio: Stream | undefined;
  /** Where the file's clock starts, in seconds; taken off all times. */
  readonly start: number;
}

/** @throws MediaFileError `media_not_found`, `media_unsupported`, `media_corrupt`. */
export async function openNativeInput(av: NodeAv, path: string): Promise<NativeInput> {
  const container = await sniffContainer(path);
  const format = new av.FormatContext();
  const opened = format.openInputSync(
    `file:${path}`,
    av.InputFormat.findInputFormat(DEMUXERS[container]),
    null,
  );
  if (opened < 0) throw corrupt(av, path, opened);
  const found = format.findStreamInfoSync(null);
  if (found < 0) {
    format.closeInputSync();
    throw corrupt(av, path, found);
  }
  const best = (type: typeof av.AVMEDIA_TYPE_VIDEO) => {
    const index = format.findBestStream(type);
    return index < 0 ? undefined : format.streams[index];
  };
  const [video, audio] = [best(av.AVMEDIA_TYPE_VIDEO), best(av.AVMEDIA_TYPE_AUDIO)];
  if (video === undefined && audio === undefined) {
    format.closeInputSync();
    throw corrupt(av, path, av.AVERROR_EOF);
  }
  const start = format.startTime === av.AV_NOPTS_VALUE ? 0 : Number(format.startTime) / 1e6;
  return { format, video, audio, start: Math.max(start, 0) };
}

function corrupt(av: NodeAv, path: string, result: number): MediaFileError {
  return new MediaFileError('media_corrupt', `${path} is damaged or cut short: it does not open.`, {
    value: path,
    cause: av.FFmpegError.fromCode(result) ?? result,
  });
}
