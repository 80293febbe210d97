import { z } from 'zod';
import { capacityEstimateSchema } from './capacity-estimate.ts';
import { avatarStateSchema, statsSchema } from './session-stats.ts';

/**
 * The wire protocol of the signaling WebSocket: the one source of the types, of what is accepted
 * at run time, and of docs/signaling.md. JSON text messages, one object each, told apart by `type`.
 *
 * What a client sends is read strictly, so that a slip is told; what the server sends may get more
 * fields within one version, so those are open.
 */
export const PROTOCOL_VERSION = 1;

/** A longer message closes the connection with 1009: an SDP of 16 video sections stays under half of it. */
export const MAX_MESSAGE_BYTES = 128 * 1024;

export const idSchema = z.string().regex(/^[a-z0-9-]{1,64}$/, 'must match ^[a-z0-9-]{1,64}$');

const sdpSchema = z
  .string()
  .min(1)
  .max(96 * 1024);

export const descriptionSchema = z.strictObject({
  type: z.enum(['offer', 'answer', 'rollback']),
  sdp: sdpSchema.optional().describe('Absent only for a rollback.'),
});

/** RTCIceCandidateInit; an empty `candidate` says that there are no more (end of candidates). */
export const candidateSchema = z.strictObject({
  candidate: z.string().max(1024).describe('Empty: there are no more (end of candidates).'),
  sdpMid: z.string().max(64).nullable().optional(),
  sdpMLineIndex: z.number().int().min(0).max(63).nullable().optional(),
  usernameFragment: z.string().max(256).nullable().optional(),
});

export const motionSchema = z.enum(['relative', 'absolute']);

/** 0 snappy … 1 smooth; see docs/motion.md for the measured lag and jitter. */
export const smoothingSchema = z.number().min(0).max(1).describe('0 snappy … 1 smooth.');

/**
 * Shown to others, so without line breaks, and without the marks that turn the direction of the
 * text that follows them (UAX #9 §2).
 */
export const nameSchema = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(
    /^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+$/u,
    'must not have control characters or text direction marks',
  );

const muteSchema = z.strictObject({ audio: z.boolean(), video: z.boolean() });

const requestSchema = z
  .string()
  .max(64)
  .optional()
  .describe("The client's own name for this request; the answer or the error carries it back.");

export const participantSchema = z.object({
  id: idSchema.describe('Given by the server; kept over a resumed connection.'),
  name: z.string().describe('Display name, as joined with.'),
  identity: idSchema.describe('Whose face the others see.'),
  muted: muteSchema,
  synthetic: z
    .literal(true)
    .describe(
      'The picture others see is generated: true for everybody, so that a client can say so.',
    ),
});

/** Every refusal: the sentence is for people, the code for programs. */
export const errorCodeSchema = z.enum([
  'malformed_json',
  'binary_message',
  'invalid_message',
  'wrong_version',
  'message_too_large',
  'not_joined',
  'already_joined',
  'unknown_room',
  'unknown_identity',
  'identity_deleted',
  'identity_failed',
  'room_full',
  'server_full',
  'over_capacity',
  'server_draining',
  'candidate_flood',
  'message_flood',
  'invalid_description',
  'negotiation_failed',
  'idle_timeout',
  'replaced',
  'internal',
]);

export const clientMessageSchema = z.discriminatedUnion('type', [
  z
    .strictObject({
      type: z.literal('join'),
      version: z.number().int().describe('The protocol version the client speaks: 1.'),
      room: idSchema.describe('Opened by the first who joins it.'),
      name: nameSchema.describe(
        'Display name, shown to the others; without line breaks and text direction marks.',
      ),
      identity: idSchema.describe('One of `GET /api/identities`.'),
      motion: motionSchema.optional().describe("Default: the server's `--motion`."),
      smoothing: smoothingSchema.optional(),
      resume: z
        .string()
        .max(128)
        .optional()
        .describe('From the last `joined`: takes the place back after a dropped connection.'),
    })
    .describe('The first message. Answered by `joined` or by an error.'),
  z
    .strictObject({ type: z.literal('description'), description: descriptionSchema })
    .describe("The client's offer or answer."),
  z
    .strictObject({ type: z.literal('candidate'), candidate: candidateSchema })
    .describe('One ICE candidate of the client, as it is found; may precede its description.'),
  z
    .strictObject({ type: z.literal('identity'), identity: idSchema, request: requestSchema })
    .describe(
      'Become someone else. The old face goes on until the new one is ready; answered by `identity-changed` or an error.',
    ),
  z
    .strictObject({
      type: z.literal('motion'),
      motion: motionSchema.optional(),
      smoothing: smoothingSchema.optional(),
      recalibrate: z
        .boolean()
        .optional()
        .describe("Take the driver's next frame as the neutral one."),
    })
    .describe('How motion is carried over. Absent fields stay as they are.'),
  z
    .strictObject({ type: z.literal('mute'), muted: muteSchema })
    .describe('Both flags as they are from now on; the others get `participant-changed`.'),
  z
    .strictObject({ type: z.literal('ping'), at: z.number().describe('Any clock of the client.') })
    .describe('Answered by `pong`. Keeps the connection from timing out.'),
  z
    .strictObject({ type: z.literal('leave') })
    .describe('Gives the place up. The server closes with 1000.'),
]);

export const iceServerSchema = z.object({
  urls: z.array(z.string()),
  username: z.string().optional(),
  credential: z.string().optional(),
});

export const serverMessageSchema = z.discriminatedUnion('type', [
  z
    .object({
      type: z.literal('joined'),
      version: z.literal(PROTOCOL_VERSION),
      you: participantSchema.describe('Yourself, as the others see you.'),
      room: idSchema,
      participants: z.array(participantSchema).describe('The others who are here already.'),
      iceServers: z.array(iceServerSchema).describe('For RTCPeerConnection, as they are.'),
      resume: z
        .string()
        .describe('Secret, for one use: see Reconnecting. Every `joined` brings a new one.'),
      pingIntervalMs: z.number().describe('Send a `ping` at least this often.'),
      idleTimeoutMs: z
        .number()
        .describe('A connection from which nothing came for this long is closed.'),
    })
    .describe('The answer to `join`: you are in.'),
  z
    .object({
      type: z.literal('queued'),
      place: z.number().describe('1: next.'),
      estimate: capacityEstimateSchema,
      pingIntervalMs: z.number().describe('Send a `ping` at least this often, also while waiting.'),
    })
    .describe(
      'There is no place at the moment: you wait in line for `joined`. Sent when the place changes, and every few seconds.',
    ),
  z
    .object({ type: z.literal('participant-joined'), participant: participantSchema })
    .describe('Somebody else came in. The server offers their media by itself.'),
  z
    .object({ type: z.literal('participant-changed'), participant: participantSchema })
    .describe("A participant's identity or mute changed; the whole new state."),
  z
    .object({ type: z.literal('participant-left'), id: idSchema })
    .describe('Somebody left. The server takes their media out by itself.'),
  z
    .object({
      type: z.literal('tracks'),
      tracks: z.array(
        z.object({
          mid: z.string().describe('The media section: `RTCRtpTransceiver.mid`.'),
          participant: idSchema.describe('Whose; your own id is your self view.'),
          kind: z.enum(['audio', 'video']),
        }),
      ),
    })
    .describe(
      "Sent before each offer or answer of the server's: whose media stands in which section, in full.",
    ),
  z
    .object({ type: z.literal('description'), description: descriptionSchema })
    .describe("The server's offer or answer."),
  z
    .object({ type: z.literal('candidate'), candidate: candidateSchema })
    .describe('One ICE candidate of the server.'),
  z
    .object({
      type: z.literal('identity-changed'),
      identity: idSchema,
      request: requestSchema,
    })
    .describe('From the next frame on you are this identity. Without `request`: not asked for.'),
  z
    .object({ type: z.literal('avatar'), state: avatarStateSchema })
    .describe('What your own avatar is doing, when it changes.'),
  z
    .object({ type: z.literal('stats'), stats: statsSchema })
    .describe('Your own session, once a second.'),
  z
    .object({
      type: z.literal('pong'),
      at: z.number().describe("The ping's `at`."),
      serverAt: z.number().describe('Milliseconds since the server started.'),
    })
    .describe('The answer to `ping`.'),
  z
    .object({
      type: z.literal('error'),
      code: errorCodeSchema.describe('See Errors.'),
      message: z.string().describe('A sentence for people.'),
      request: requestSchema,
      fatal: z.boolean().describe('The connection is closed after this message.'),
      estimate: capacityEstimateSchema.optional().describe('With `over_capacity`.'),
    })
    .describe('A refusal.'),
  z
    .object({
      type: z.literal('draining'),
      graceMs: z.number().describe('The connection is closed with 1001 after this long.'),
    })
    .describe('The server is going away: finish, then join again elsewhere or later.'),
]);

/** Why the server closes a WebSocket (RFC 6455 §7.4); the close reason is the error code, where there is one. */
export const CLOSE_CODES = {
  left: 1000,
  goingAway: 1001,
  binaryMessage: 1003,
  policy: 1008,
  messageTooLarge: 1009,
  internal: 1011,
  tryAgainLater: 1013,
  /** Another connection took this place with its resume token: do not reconnect. */
  replaced: 4001,
} as const;

export type ClientMessage = z.infer<typeof clientMessageSchema>;
export type ServerMessage = z.infer<typeof serverMessageSchema>;
export type Participant = z.infer<typeof participantSchema>;
export type SignalingErrorCode = z.infer<typeof errorCodeSchema>;
export type MotionMode = z.infer<typeof motionSchema>;
export type IceServer = z.infer<typeof iceServerSchema>;
export type SessionDescription = z.infer<typeof descriptionSchema>;
export type IceCandidate = z.infer<typeof candidateSchema>;
