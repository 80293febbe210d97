import './zod-jitless.ts';

export type { CapacityEstimate } from '../../signaling/capacity-estimate.ts';
export type { IdentitySummary } from '../../signaling/identity-api.ts';
export type { MotionMode } from '../../signaling/protocol.ts';
export type { AvatarState, SessionStats } from '../../signaling/session-stats.ts';
export type { BrowserStats } from './browser-stats.ts';
export { type Capture, openCapture } from './capture.io.ts';
export { ClientError, type ClientErrorCode, EnrolmentError } from './client-error.ts';
export { type Consent, type Enrolment, Identities } from './identities.io.ts';
export { joinAsAvatar } from './join-as-avatar.ts';
export type { LatencyLeg } from './latency.ts';
export {
  type CameraSource,
  type JoinOptions,
  type MicrophoneSource,
  serverUrl,
} from './options.ts';
export type { AvatarSession } from './session.ts';
export type {
  AvatarStats,
  QueuePlace,
  RoomParticipant,
  SessionEvents,
  SessionState,
} from './session-events.ts';
