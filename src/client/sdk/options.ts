import './zod-jitless.ts';
import {
  idSchema,
  type MotionMode,
  motionSchema,
  smoothingSchema,
} from '../../signaling/protocol.ts';
import type { Milli } from '../../time.ts';
import { ClientError } from './client-error.ts';
import type { QueuePlace } from './session-events.ts';

/**
 * Where the driver's picture comes from: a stream or a playing video element of the page's, constraints
 * for a camera that the SDK opens (and later stops), or the recorded sample actor of the server's.
 */
export type CameraSource =
  | MediaStream
  | MediaStreamConstraints
  | MediaTrackConstraints
  | HTMLVideoElement
  | 'sample-actor';

/**
 * The voice: a track of the page's, constraints for a microphone that the SDK opens, `true` for the
 * default one, `false` for none. By default the camera source's own sound when it is a stream, an
 * element or the sample actor, and otherwise the default microphone, if there is one.
 */
export type MicrophoneSource = boolean | MediaTrackConstraints | MediaStreamTrack;

export interface JoinOptions {
  /** The server's address as a person would open it, e.g. `https://understudy.example/`. */
  readonly url: string | URL;
  /** Matches `^[a-z0-9-]{1,64}$`; made by the first who joins. */
  readonly room: string;
  /** Id of the identity to be seen as. */
  readonly identity: string;
  /** 1–64 characters, shown to the others. */
  readonly name: string;
  readonly camera?: CameraSource;
  readonly microphone?: MicrophoneSource;
  /** `relative` carries only the motion over, `absolute` the driver's position too; by default as the server is set. */
  readonly motion?: MotionMode;
  /** 0 snappy … 1 smooth; by default as the server is set. */
  readonly smoothing?: number;
  /** `relay` lets media go through the server's TURN servers alone, never directly; default `all`. */
  readonly iceTransportPolicy?: RTCIceTransportPolicy;
  /** After an outage of this long the session closes; default five minutes. */
  readonly giveUpAfter?: Milli;
  /** Aborts the joining, or leaves when already joined. */
  readonly signal?: AbortSignal;
  /** The server has no time for one more: told where one stands in line until there is. */
  readonly onQueued?: (place: QueuePlace) => void;
}

export interface ResolvedOptions {
  readonly url: URL;
  readonly room: string;
  readonly identity: string;
  readonly name: string;
  readonly camera: CameraSource;
  readonly microphone: MicrophoneSource | undefined;
  /** Undefined leaves it to the server. */
  readonly motion: MotionMode | undefined;
  readonly smoothing: number | undefined;
  readonly iceTransportPolicy: RTCIceTransportPolicy;
  readonly giveUpAfter: Milli;
  readonly signal: AbortSignal | undefined;
}

export const DEFAULTS = Object.freeze({
  /** More pixels buy no better landmarks and cost upstream bitrate; fewer lose the irises. */
  camera: Object.freeze({ width: 640, height: 480, frameRate: 30 }) as MediaTrackConstraints,
  iceTransportPolicy: 'all' as RTCIceTransportPolicy,
  giveUpAfter: 300_000 as Milli,
});

const ICE_TRANSPORT_POLICIES: readonly RTCIceTransportPolicy[] = ['all', 'relay'];

/** @throws ClientError `invalid_option`, naming the option, the bad value and the valid ones. */
export function resolveOptions(options: JoinOptions): ResolvedOptions {
  const { motion, smoothing } = options;
  const giveUpAfter = options.giveUpAfter ?? DEFAULTS.giveUpAfter;
  const iceTransportPolicy = options.iceTransportPolicy ?? DEFAULTS.iceTransportPolicy;
  const name = options.name.trim();
  if (!idSchema.safeParse(options.room).success) {
    throw invalid('room', options.room, 'a string matching ^[a-z0-9-]{1,64}$');
  }
  if (!idSchema.safeParse(options.identity).success) {
    throw invalid('identity', options.identity, 'a string matching ^[a-z0-9-]{1,64}$');
  }
  if (name.length < 1 || name.length > 64) throw invalid('name', options.name, '1–64 characters');
  if (motion !== undefined && !motionSchema.safeParse(motion).success) {
    throw invalid('motion', motion, motionSchema.options.join(' or '));
  }
  if (smoothing !== undefined && !smoothingSchema.safeParse(smoothing).success) {
    throw invalid('smoothing', smoothing, 'a number from 0 to 1');
  }
  if (!ICE_TRANSPORT_POLICIES.includes(iceTransportPolicy)) {
    throw invalid('iceTransportPolicy', iceTransportPolicy, ICE_TRANSPORT_POLICIES.join(' or '));
  }
  if (!(giveUpAfter >= 0)) throw invalid('giveUpAfter', giveUpAfter, 'milliseconds, 0 or more');
  return {
    url: serverUrl(options.url),
    room: options.room,
    identity: options.identity,
    name,
    camera: options.camera ?? DEFAULTS.camera,
    microphone: options.microphone,
    motion,
    smoothing,
    iceTransportPolicy,
    giveUpAfter,
    signal: options.signal,
  };
}

/** @throws ClientError `invalid_option` unless it is an absolute http(s) address. */
export function serverUrl(url: string | URL): URL {
  const parsed = URL.parse(url);
  if (parsed?.protocol === 'http:' || parsed?.protocol === 'https:') return parsed;
  throw invalid('url', String(url), 'an absolute http: or https: address');
}

/** The signaling WebSocket of the server at `url`. */
export function signalingUrl(url: URL): URL {
  const signaling = new URL('/signaling', url);
  signaling.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return signaling;
}

function invalid(option: string, value: unknown, valid: string): ClientError {
  return new ClientError(
    'invalid_option',
    `"${option}" is ${JSON.stringify(value)}; it must be ${valid}.`,
    { value, valid },
  );
}
