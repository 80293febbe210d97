import { z } from 'zod';

/**
 * The wire protocol of the signaling WebSocket: the one source of the types, of what is accepted
 * at run time, and of docs/signaling.md. JSON text messages, one object each, told apart by `type`.
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
  sdp: sdpSchema.optional().describe('absent only for a rollback'),
});

/** RTCIceCandidateInit; an empty `candidate` says that there are no more (end of candidates). */
export const candidateSchema = z.strictObject({
  candidate: z.string().max(1024),
  sdpMid: z.string().max(64).nullable().optional(),
  sdpMLineIndex: z.number().int().min(0).max(63).nullable().optional(),
  usernameFragment: z.string().max(256).nullable().optional(),
});

export const motionSchema = z.enum(['relative', 'absolute']);

/** 0 snappy … 1 smooth; see docs/motion.md for the measured lag and jitter. */
export const smoothingSchema = z.number().min(0).max(1);

const muteSchema = z.strictObject({ audio: z.boolean(), video: z.boolean() });

export const participantSchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  identity: idSchema,
  muted: muteSchema,
  /** The picture others see is generated; true for every participant, so that a client can say so. */
  synthetic: z.literal(true),
});

/** What a viewer is told about a face; `live` and `held` look alike on purpose to other viewers. */
export const avatarStateSchema = z.enum(['preparing', 'live', 'face-lost', 'idle', 'recovering']);

export const statsSchema = z.strictObject({
  /** Milliseconds since the server started. */
  at: z.number(),
  avatar: avatarStateSchema,
  engine: z.string(),
  fpsIn: z.number(),
  fpsOut: z.number(),
  /** Camera frame complete at the server → its avatar frame handed to the network, over the last second. */
  addedLatencyMs: z.strictObject({ p50: z.number(), p95: z.number() }),
  /** Median time in each stage over the last second; the keys are the stages' names, in flow order. */
  stagesMs: z.record(z.string(), z.number()),
  /** Why frames were not rendered, counted since the session began. */
  drops: z.record(z.string(), z.number()),
  bitrateInBps: z.number(),
  bitrateOutBps: z.number(),
  lossIn: z.number(),
  rttMs: z.number().nullable(),
  codecIn: z.string().nullable(),
  codecOut: z.string().nullable(),
  lipSyncErrorMs: z.number().nullable(),
});

/** Every refusal: the sentence is for people, the code for programs. */
export const errorCodeSchema = z.enum([
  'malformed_json',
  'invalid_message',
  'wrong_version',
  'message_too_large',
  'not_joined',
  'already_joined',
  'unknown_identity',
  'identity_deleted',
  'identity_failed',
  'room_full',
  'server_full',
  'server_draining',
  'candidate_flood',
  'message_flood',
  'invalid_description',
  'negotiation_failed',
  'idle_timeout',
  'internal',
]);

export const clientMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('join'),
    version: z.number().int(),
    room: idSchema,
    name: z.string().trim().min(1).max(64),
    identity: idSchema,
    motion: motionSchema.optional(),
    smoothing: smoothingSchema.optional(),
    /** From an earlier `joined`: takes the place back after a dropped connection. */
    resume: z.string().max(128).optional(),
  }),
  z.strictObject({ type: z.literal('description'), description: descriptionSchema }),
  z.strictObject({ type: z.literal('candidate'), candidate: candidateSchema }),
  z.strictObject({
    type: z.literal('identity'),
    identity: idSchema,
    request: z.string().max(64).optional(),
  }),
  z.strictObject({
    type: z.literal('motion'),
    motion: motionSchema.optional(),
    smoothing: smoothingSchema.optional(),
    /** Take the driver's next frame as the neutral one. */
    recalibrate: z.boolean().optional(),
  }),
  z.strictObject({ type: z.literal('mute'), muted: muteSchema }),
  z.strictObject({ type: z.literal('ping'), at: z.number() }),
  z.strictObject({ type: z.literal('leave') }),
]);

export const iceServerSchema = z.strictObject({
  urls: z.array(z.string()),
  username: z.string().optional(),
  credential: z.string().optional(),
});

export const serverMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('joined'),
    version: z.literal(PROTOCOL_VERSION),
    you: participantSchema,
    room: idSchema,
    participants: z.array(participantSchema),
    iceServers: z.array(iceServerSchema),
    resume: z.string(),
    /** Ping at least this often; a silent connection is closed after `idleTimeoutMs`. */
    pingIntervalMs: z.number(),
    idleTimeoutMs: z.number(),
  }),
  z.strictObject({ type: z.literal('participant-joined'), participant: participantSchema }),
  z.strictObject({ type: z.literal('participant-changed'), participant: participantSchema }),
  z.strictObject({ type: z.literal('participant-left'), id: idSchema }),
  /** Sent before each offer or answer of the server's: whose media stands in which section. */
  z.strictObject({
    type: z.literal('tracks'),
    tracks: z.array(
      z.strictObject({ mid: z.string(), participant: idSchema, kind: z.enum(['audio', 'video']) }),
    ),
  }),
  z.strictObject({ type: z.literal('description'), description: descriptionSchema }),
  z.strictObject({ type: z.literal('candidate'), candidate: candidateSchema }),
  z.strictObject({
    type: z.literal('identity-changed'),
    identity: idSchema,
    request: z.string().optional(),
  }),
  z.strictObject({ type: z.literal('avatar'), state: avatarStateSchema }),
  z.strictObject({ type: z.literal('stats'), stats: statsSchema }),
  z.strictObject({ type: z.literal('pong'), at: z.number(), serverAt: z.number() }),
  z.strictObject({
    type: z.literal('error'),
    code: errorCodeSchema,
    message: z.string(),
    request: z.string().optional(),
    /** The connection is closed after this message. */
    fatal: z.boolean(),
  }),
  /** The server is going away: leave with `graceMs`, reconnect elsewhere or later. */
  z.strictObject({ type: z.literal('draining'), graceMs: z.number() }),
]);

export type ClientMessage = z.infer<typeof clientMessageSchema>;
export type ServerMessage = z.infer<typeof serverMessageSchema>;
export type Participant = z.infer<typeof participantSchema>;
export type SessionStats = z.infer<typeof statsSchema>;
export type SignalingErrorCode = z.infer<typeof errorCodeSchema>;
export type AvatarState = z.infer<typeof avatarStateSchema>;
export type MotionMode = z.infer<typeof motionSchema>;
export type IceServer = z.infer<typeof iceServerSchema>;
export type SessionDescription = z.infer<typeof descriptionSchema>;
export type IceCandidate = z.infer<typeof candidateSchema>;

// HTTP, beside the WebSocket at /signaling:
//   GET    /api/identities                   → IdentitySummary[]
//   POST   /api/identities                   ← EnrolRequest → 201 IdentitySummary | 4xx HttpError
//   GET    /api/identities/:id/picture       → image/png, the identity's first example
//   DELETE /api/identities/:id               → 204 (built-in ones refuse with 403)

export const identitySummarySchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  builtIn: z.boolean(),
  examples: z.number().int(),
  /** Whether this identity's consent record says that the person shown agreed. */
  consent: z.boolean(),
  createdAt: z.iso.datetime(),
  pictureUrl: z.string(),
});

/** The body of an enrolment: JSON with base64 pictures (JPEG, PNG or WebP, at most 16 Mpx each). */
export const enrolRequestSchema = z.strictObject({
  name: z.string().trim().min(1).max(64),
  consent: z
    .strictObject({
      /** Must be true: the person shown agreed, or it is the uploader, or nobody (an invented character). */
      given: z.literal(true),
      subject: z.enum(['myself', 'someone-who-agreed', 'invented-character']),
      statement: z.string().min(1).max(1000),
    })
    .describe('kept with the identity for as long as it lives'),
  pictures: z
    .array(z.strictObject({ data: z.base64(), filename: z.string().max(256).optional() }))
    .min(1)
    .max(8),
});

export const httpErrorSchema = z.strictObject({
  error: z.strictObject({
    code: z.string(),
    message: z.string(),
    /** Which of the uploaded pictures was at fault, from 0. */
    picture: z.number().int().optional(),
  }),
});

export type IdentitySummary = z.infer<typeof identitySummarySchema>;
export type EnrolRequest = z.infer<typeof enrolRequestSchema>;
export type HttpError = z.infer<typeof httpErrorSchema>;
