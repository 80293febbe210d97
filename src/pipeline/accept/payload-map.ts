import type { VideoCodec } from '../decode/video-decoder.ts';

/** A codec as a media section lists it. */
export interface CodecLine {
  readonly payloadType: number;
  readonly name: string;
  readonly clockHz: number;
  readonly channels: number | undefined;
  readonly parameters: string | undefined;
}

/** Numbers that a bundled connection has given away already (RFC 8843 §9.1.1, RFC 8285 §6). */
export interface PayloadMap {
  readonly codecs: readonly CodecLine[];
  readonly extensions: ReadonlyMap<string, number>;
}

export const EMPTY_PAYLOAD_MAP: PayloadMap = { codecs: [], extensions: new Map() };

/** Reads every payload type and extension id of a session description. */
export function readPayloadMap(sdp: string): PayloadMap {
  const codecs = new Map<number, CodecLine>();
  const extensions = new Map<string, number>();
  for (const line of sdp.split(/\r?\n/)) {
    const rtpmap = /^a=rtpmap:(\d+) ([^/\s]+)\/(\d+)(?:\/(\d+))?/.exec(line);
    if (rtpmap) {
      const payloadType = Number(rtpmap[1]);
      codecs.set(payloadType, {
        payloadType,
        name: rtpmap[2]!.toLowerCase(),
        clockHz: Number(rtpmap[3]),
        channels: rtpmap[4] === undefined ? undefined : Number(rtpmap[4]),
        parameters: undefined,
      });
    }
    const extmap = /^a=extmap:(\d+)(?:\/\w+)? (\S+)/.exec(line);
    if (extmap && !extensions.has(extmap[2]!)) extensions.set(extmap[2]!, Number(extmap[1]));
  }
  for (const line of sdp.split(/\r?\n/)) {
    const fmtp = /^a=fmtp:(\d+) (.*)$/.exec(line);
    const codec = fmtp && codecs.get(Number(fmtp[1]));
    if (codec) codecs.set(codec.payloadType, { ...codec, parameters: fmtp[2]!.trim() });
  }
  return { codecs: [...codecs.values()], extensions };
}

export function parameter(codec: CodecLine, name: string): string | undefined {
  for (const pair of (codec.parameters ?? '').split(';')) {
    const [key, value] = pair.trim().split('=');
    if (key?.toLowerCase() === name) return value;
  }
  return undefined;
}

/** The codec of a payload type, where it is one that is assembled here. */
export function videoCodecOf(codec: CodecLine): VideoCodec | undefined {
  if (codec.name === 'vp8') return 'vp8';
  if (codec.name === 'h264' && parameter(codec, 'packetization-mode') === '1') return 'h264';
  return undefined;
}

/** Payload types that may be chosen freely, the usual ones first (RFC 5761 §4, RFC 8851 §4). */
const DYNAMIC_TYPES = [
  ...Array.from({ length: 32 }, (_, i) => 96 + i),
  ...Array.from({ length: 29 }, (_, i) => 35 + i),
];

/**
 * The numbers for a section that we add: those the other side already uses for the same thing,
 * free ones otherwise.
 */
export function allocateCodec(
  map: PayloadMap,
  taken: Set<number>,
  wanted: Omit<CodecLine, 'payloadType'>,
  fits: (codec: CodecLine) => boolean,
): CodecLine {
  const known = map.codecs.find(fits);
  if (known) {
    taken.add(known.payloadType);
    return known;
  }
  const used = new Set(map.codecs.map(({ payloadType }) => payloadType));
  const payloadType = DYNAMIC_TYPES.find((type) => !used.has(type) && !taken.has(type)) ?? 127;
  taken.add(payloadType);
  return { ...wanted, payloadType };
}

/** One-byte header extensions have ids 1 to 14 (RFC 8285 §4.2). */
export function allocateExtensions(
  map: PayloadMap,
  uris: readonly string[],
): ReadonlyMap<string, number> {
  const used = new Set(map.extensions.values());
  const out = new Map<string, number>();
  for (const uri of uris) {
    let id = map.extensions.get(uri);
    for (let free = 1; id === undefined && free <= 14; free += 1) if (!used.has(free)) id = free;
    if (id === undefined || id > 14) continue;
    used.add(id);
    out.set(uri, id);
  }
  return out;
}
