import type { Config } from '../config.ts';
import type { Milli } from '../time.ts';
import type { VideoCodec } from './decode/video-decoder.ts';
import { START_BITRATE } from './shared-bitrate.ts';
import type { SessionSettings } from './worker-protocol.ts';

/** From a whole camera frame to its avatar frame: one frame's time, unless it is set. */
export function frameBudgetOf({ frameBudget, fps }: Pick<Config, 'frameBudget' | 'fps'>): Milli {
  return frameBudget === 'auto' ? 1_000 / fps : frameBudget;
}

/** A session as the server is set, before anybody watches it. */
export function sessionSettings(config: Config, identity: string): SessionSettings {
  const { motion, smoothing, size, fps, mark, stamp } = config;
  return {
    identity,
    motion,
    smoothing,
    size,
    fps,
    frameBudget: frameBudgetOf(config),
    mark,
    outputs: [],
    bitrate: START_BITRATE,
    stamp,
    paused: false,
    standby: false,
    suspect: false,
  };
}

/** What is encoded with, preferred first, of what there is. */
export function preferredCodecs(
  { videoCodec }: Pick<Config, 'videoCodec'>,
  available: readonly VideoCodec[],
): readonly VideoCodec[] {
  // H.264 first: its encoder is faster and follows the network's bitrate without a reopening.
  const preferred: readonly VideoCodec[] = videoCodec === 'auto' ? ['h264', 'vp8'] : [videoCodec];
  return preferred.filter((codec) => available.includes(codec));
}
