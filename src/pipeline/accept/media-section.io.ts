import type { VideoCodec } from '../decode/video-decoder.ts';
import type { VideoPayloadTypes } from '../transmit/video-stream.ts';
import { EXTENSION } from './header-extension.ts';
import type { InboundNegotiation, InboundPayload } from './inbound-media.ts';
import {
  allocateCodec,
  allocateExtensions,
  type CodecLine,
  type PayloadMap,
  parameter,
  videoCodecOf,
} from './payload-map.ts';
import {
  RTCRtpCodecParameters,
  RTCRtpHeaderExtensionParameters,
  type RTCRtpTransceiver,
} from './werift.io.ts';

/** Between what werift says of a media section and what the pure parts work with. */

const VIDEO_FEEDBACK = [
  { type: 'nack' },
  { type: 'nack', parameter: 'pli' },
  { type: 'ccm', parameter: 'fir' },
  { type: 'transport-cc' },
];

/** Constrained baseline, level 3.1: what every browser decodes (RFC 7742 §6.2). */
const H264_PARAMETERS = 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f';

export function videoCodecs(
  map: PayloadMap,
  codecs: readonly VideoCodec[],
): RTCRtpCodecParameters[] {
  const taken = new Set<number>();
  return codecs.flatMap((codec) => {
    const line = allocateCodec(
      map,
      taken,
      {
        name: codec,
        clockHz: 90_000,
        channels: undefined,
        parameters: codec === 'h264' ? H264_PARAMETERS : undefined,
      },
      (known) => videoCodecOf(known) === codec,
    );
    const rtx = allocateCodec(
      map,
      taken,
      {
        name: 'rtx',
        clockHz: 90_000,
        channels: undefined,
        parameters: `apt=${line.payloadType}`,
      },
      (known) => known.name === 'rtx' && parameter(known, 'apt') === String(line.payloadType),
    );
    return [
      new RTCRtpCodecParameters({
        mimeType: codec === 'vp8' ? 'video/VP8' : 'video/H264',
        clockRate: 90_000,
        payloadType: line.payloadType,
        rtcpFeedback: VIDEO_FEEDBACK,
        ...(line.parameters === undefined ? {} : { parameters: line.parameters }),
      }),
      new RTCRtpCodecParameters({
        mimeType: 'video/rtx',
        clockRate: 90_000,
        payloadType: rtx.payloadType,
        parameters: `apt=${line.payloadType}`,
      }),
    ];
  });
}

export function audioCodecs(map: PayloadMap): RTCRtpCodecParameters[] {
  const line = allocateCodec(
    map,
    new Set(videoTypes(map)),
    { name: 'opus', clockHz: 48_000, channels: 2, parameters: 'minptime=10;useinbandfec=1' },
    (known) => known.name === 'opus',
  );
  return [
    new RTCRtpCodecParameters({
      mimeType: 'audio/opus',
      clockRate: 48_000,
      channels: 2,
      payloadType: line.payloadType,
      rtcpFeedback: [{ type: 'transport-cc' }],
      parameters: line.parameters ?? 'minptime=10;useinbandfec=1',
    }),
  ];
}

/** Audio is numbered behind what video would take, so that the two never meet in a bundle. */
function videoTypes(map: PayloadMap): number[] {
  const used = new Set(map.codecs.map(({ payloadType }) => payloadType));
  return [96, 97, 98, 99, 100, 101, 102, 103].filter((type) => !used.has(type));
}

const EXTENSIONS = {
  audio: [EXTENSION.mid, EXTENSION.transportSequence, EXTENSION.absCaptureTime],
  video: [
    EXTENSION.mid,
    EXTENSION.transportSequence,
    EXTENSION.absCaptureTime,
    EXTENSION.playoutDelay,
  ],
} as const;

export function headerExtensions(
  kind: 'audio' | 'video',
  map: PayloadMap,
): RTCRtpHeaderExtensionParameters[] {
  // Allocated for video in both cases, so that one URI has one id in the whole bundle.
  const ids = allocateExtensions(map, EXTENSIONS.video);
  return EXTENSIONS[kind].flatMap((uri) => {
    const id = ids.get(uri);
    return id === undefined ? [] : [new RTCRtpHeaderExtensionParameters({ uri, id })];
  });
}

function lines(transceiver: RTCRtpTransceiver): CodecLine[] {
  return transceiver.codecs.map((codec) => ({
    payloadType: codec.payloadType,
    name: codec.name.toLowerCase(),
    clockHz: codec.clockRate,
    channels: codec.channels,
    parameters: codec.parameters,
  }));
}

function extensionsOf(transceiver: RTCRtpTransceiver): Map<string, number> {
  return new Map(transceiver.headerExtensions.map(({ uri, id }) => [uri, id]));
}

/** What the sections in which the client sends have agreed on. */
export function readInbound(transceivers: readonly RTCRtpTransceiver[]): InboundNegotiation {
  const payloads = new Map<number, InboundPayload>();
  const extensions = new Map<string, number>();
  const feedback = new Set<string>();
  for (const transceiver of transceivers) {
    const direction = transceiver.currentDirection;
    if (direction !== 'recvonly' && direction !== 'sendrecv') continue;
    for (const [uri, id] of extensionsOf(transceiver)) extensions.set(uri, id);
    for (const codec of transceiver.codecs) {
      if (transceiver.kind !== 'video') continue;
      for (const { type, parameter: detail } of codec.rtcpFeedback) {
        feedback.add(detail ? `${type} ${detail}` : type);
      }
    }
    for (const line of lines(transceiver)) {
      const codec = videoCodecOf(line);
      if (transceiver.kind === 'audio' && line.name === 'opus') {
        payloads.set(line.payloadType, { kind: 'audio' });
      } else if (codec) payloads.set(line.payloadType, { kind: 'video', codec });
      else if (line.name === 'rtx') {
        const original = Number(parameter(line, 'apt'));
        payloads.set(line.payloadType, { kind: 'rtx', original });
      }
    }
  }
  return { payloads, extensions, nack: feedback.has('nack'), fir: feedback.has('ccm fir') };
}

/**
 * What a section in which we send has agreed on; undefined while it has not, or not to receive.
 * @param codecs what can be encoded, preferred first; empty for audio.
 */
export function readLane(
  transceiver: RTCRtpTransceiver,
  codecs: readonly VideoCodec[],
):
  | {
      mid: string;
      extensions: ReadonlyMap<string, number>;
      payloadType: number;
      types: VideoPayloadTypes | undefined;
    }
  | undefined {
  const { mid, currentDirection } = transceiver;
  if (mid === null || (currentDirection !== 'sendonly' && currentDirection !== 'sendrecv')) {
    return undefined;
  }
  const known = lines(transceiver);
  const extensions = extensionsOf(transceiver);
  const codec = codecs.find((wanted) => known.some((line) => videoCodecOf(line) === wanted));
  const line = codec
    ? known.find((each) => videoCodecOf(each) === codec)
    : known.find((each) => each.name === 'opus');
  if (!line) return undefined;
  const rtx = known.find(
    (each) => each.name === 'rtx' && parameter(each, 'apt') === String(line.payloadType),
  );
  return {
    mid,
    extensions,
    payloadType: line.payloadType,
    types: codec && { codec, payloadType: line.payloadType, rtx: rtx?.payloadType },
  };
}
