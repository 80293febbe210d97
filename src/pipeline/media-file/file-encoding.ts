import { VIDEO_CLOCK_HZ } from '../../time.ts';
import type { MediaContainer } from './container.io.ts';

/** Encoder options of files: quality first, and the same bytes however busy the machine is. */
export const FILE_ENCODER_OPTIONS: Readonly<
  Record<MediaContainer, Readonly<Record<string, string>>>
> = Object.freeze({
  mp4: Object.freeze({
    preset: 'medium',
    // Visually lossless for what a renderer draws; x264's default of 23 blurs skin.
    crf: '17',
    // The number of threads changes x264's output, so it is fixed; the load does not.
    threads: '4',
    // With it x264's AVX-512 code writes other bytes on every run.
    mbtree: '0',
    g: '120',
    colorspace: 'smpte170m',
    color_primaries: 'smpte170m',
    color_trc: 'smpte170m',
    color_range: 'tv',
    time_base: `1/${VIDEO_CLOCK_HZ}`,
    flags: '+bitexact+global_header',
  }),
  webm: Object.freeze({
    deadline: 'good',
    // Libvpx's slowest settings cost ten times as much and gain a few percent.
    'cpu-used': '4',
    'auto-alt-ref': '0',
    'lag-in-frames': '0',
    crf: '6',
    qmin: '0',
    qmax: '40',
    // A ceiling for constrained quality that no 512-pixel head comes near.
    b: '8000000',
    threads: '1',
    g: '120',
    // Milliseconds, as Matroska stores them.
    time_base: '1/1000',
    flags: '+bitexact',
  }),
});

/** Ticks a second of the encoder's clock above. */
export const FILE_CLOCK_HZ: Readonly<Record<MediaContainer, number>> = Object.freeze({
  mp4: VIDEO_CLOCK_HZ,
  webm: 1000,
});

export const FILE_CODEC = Object.freeze({ mp4: 'h264', webm: 'vp8' } as const);

/** Where a file grows until it is whole, so that nobody takes half a file for the result. */
export function partialPath(path: string): string {
  return `${path}.part`;
}
