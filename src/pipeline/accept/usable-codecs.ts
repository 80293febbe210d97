import { parameter, readPayloadMap } from './payload-map.ts';

/**
 * Takes out of a client's description what cannot be received here but would be agreed on, as
 * codecs are matched by name alone: H.264 in packetization mode 0 or 2 (we send mode 1), with its
 * retransmissions.
 */
export function withUsableCodecs(sdp: string): string {
  const { codecs } = readPayloadMap(sdp);
  const unusable = new Set<string>();
  for (const codec of codecs) {
    if (codec.name === 'h264' && parameter(codec, 'packetization-mode') !== '1') {
      unusable.add(String(codec.payloadType));
    }
  }
  if (unusable.size === 0) return sdp;
  for (const codec of codecs) {
    if (unusable.has(parameter(codec, 'apt') ?? '')) unusable.add(String(codec.payloadType));
  }
  return sdp
    .split('\r\n')
    .flatMap((line) => {
      const attribute = /^a=(?:rtpmap|fmtp|rtcp-fb):(\d+) /.exec(line);
      if (attribute && unusable.has(attribute[1]!)) return [];
      if (!line.startsWith('m=video')) return [line];
      const [kind, port, protocol, ...types] = line.split(' ');
      const usable = types.filter((type) => !unusable.has(type));
      // A section of nothing else stays as it is, and is refused as a whole.
      return [usable.length === 0 ? line : [kind, port, protocol, ...usable].join(' ')];
    })
    .join('\r\n');
}
