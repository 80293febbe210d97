import { readPayloadMap, videoCodecOf } from '../../src/pipeline/accept/payload-map.ts';
import type { VideoCodec } from '../../src/pipeline/decode/video-decoder.ts';

/**
 * Holds that an answer has agreed on a codec, and on no other, in each of its video sections: what is
 * compared must be the same on all peers.
 * @param sdp of an answer, from either side.
 * @throws Error where it has agreed on another, on more, or on none.
 */
export function checkAnswer(sdp: string, codec: VideoCodec): void {
  const sections = sdp.split(/^m=/m).slice(1);
  const videos = sections.filter((section) => section.startsWith('video'));
  if (videos.length === 0) throw new Error('an answer without video');
  for (const [i, section] of videos.entries()) {
    const lines = readPayloadMap(section).codecs.filter(({ name }) => name !== 'rtx');
    if (lines.length > 0 && lines.every((line) => videoCodecOf(line) === codec)) continue;
    const agreed = lines.map(({ name }) => name).join(', ') || 'nothing';
    throw new Error(`video section ${i} has agreed on ${agreed}, not on ${codec} alone`);
  }
}
