import { DEVICES } from '../../pipeline/render/device/device-choice.ts';
import { DEFAULT_ENGINE } from '../../pipeline/render/engine.ts';
import {
  bytes,
  choice,
  duration,
  fraction,
  integer,
  numberOf,
  onOff,
  orWord,
  path,
  text,
} from '../kind.ts';
import { setting } from '../setting.ts';

const id = text(/^[a-z0-9-]{1,64}$/, 'a name that matches ^[a-z0-9-]{1,64}$');

/** What a call looks like, and the identities in it. */
export const CALL_SETTINGS = {
  videoCodec: setting({
    group: 'Calls',
    kind: choice('auto', 'vp8', 'h264'),
    default: 'auto',
    env: 'UNDERSTUDY_VIDEO_CODEC',
    help: 'Codec of the calls; auto takes what the client prefers among those that this machine has.',
  }),
  codecBackend: setting({
    group: 'Calls',
    kind: choice('auto', 'native', 'wasm'),
    default: 'auto',
    env: 'UNDERSTUDY_CODEC_BACKEND',
    help: 'native is FFmpeg (its binary is GPL), wasm is libvpx in WebAssembly (VP8 alone, several times slower).',
  }),
  size: setting({
    group: 'Calls',
    kind: numberOf(256, 384, 512, 768),
    default: 512,
    env: 'UNDERSTUDY_SIZE',
    help: 'Side of the square avatar picture, in pixels.',
  }),
  fps: setting({
    group: 'Calls',
    kind: integer(1, 60),
    default: 30,
    env: 'UNDERSTUDY_FPS',
    help: 'Most avatar frames a second.',
  }),
  frameBudget: setting({
    group: 'Calls',
    kind: orWord(duration(5, 1_000), 'auto'),
    default: 'auto',
    env: 'UNDERSTUDY_FRAME_BUDGET',
    help: 'Time from a whole camera frame to its avatar frame, which quality and admission are held to; auto is one frame at --fps.',
  }),
  engine: setting({
    group: 'Calls',
    kind: id,
    default: DEFAULT_ENGINE,
    env: 'UNDERSTUDY_ENGINE',
    help: 'Rendering engine: few-shot-vid2vid, or warp, which draws without a network.',
  }),
  device: setting({
    group: 'Calls',
    kind: choice('auto', ...DEVICES),
    default: 'auto',
    env: 'UNDERSTUDY_DEVICE',
    help: 'What the engine few-shot-vid2vid runs its network on; auto tries all that are here at the start and takes the one that draws a frame soonest.',
  }),
  motion: setting({
    group: 'Calls',
    kind: choice('relative', 'absolute'),
    default: 'relative',
    env: 'UNDERSTUDY_MOTION',
    help: 'How motion is carried over where the client does not say: relative to the driver’s neutral face, or as it is.',
  }),
  smoothing: setting({
    group: 'Calls',
    kind: fraction(0, 1),
    default: 0.5,
    env: 'UNDERSTUDY_SMOOTHING',
    help: 'Where the client does not say: 0 snappy … 1 smooth.',
  }),
  mark: setting({
    group: 'Calls',
    kind: onOff,
    default: true,
    env: 'UNDERSTUDY_MARK',
    help: 'Draw the small mark that says that the picture is synthetic.',
  }),
  stamp: setting({
    group: 'Calls',
    kind: onOff,
    default: false,
    env: 'UNDERSTUDY_STAMP',
    help: 'For latency measurements: copies a counter that a page drew into its camera onto the avatar.',
  }),
  faceModel: setting({
    group: 'Calls',
    kind: path('a face_landmarker.task file'),
    env: 'UNDERSTUDY_FACE_MODEL',
    help: 'The better landmark model; by default the one in the models folder, else the embedded one.',
  }),
  models: setting({
    group: 'Calls',
    kind: path('a folder'),
    default: './models/cache',
    env: 'UNDERSTUDY_MODELS',
    help: 'Folder of the models that `npm run models` fetches.',
  }),
  maxUpload: setting({
    group: 'Pictures',
    kind: bytes(100_000, 200_000_000),
    default: 24_000_000,
    env: 'UNDERSTUDY_MAX_UPLOAD',
    help: 'All pictures of one enrolment together.',
  }),
  enrolmentsPerMinute: setting({
    group: 'Pictures',
    kind: integer(0, 600),
    default: 12,
    env: 'UNDERSTUDY_ENROLMENTS_PER_MINUTE',
    help: 'Enrolments from one IPv4 address or one /64 of IPv6; 0 forbids enrolment.',
  }),
  defaultIdentity: setting({
    group: 'Identities',
    kind: id,
    env: 'UNDERSTUDY_DEFAULT_IDENTITY',
    help: 'Who those become whose identity is deleted during a call; by default the first built-in one.',
  }),
  identityCache: setting({
    group: 'Identities',
    // All pictures of a worker lie in one memory of 4 GiB, those of identities in use too.
    kind: bytes(1_000_000, 3_000_000_000),
    default: 256_000_000,
    env: 'UNDERSTUDY_IDENTITY_CACHE',
    help: 'Memory for prepared identities, in each worker.',
  }),
  adminToken: setting({
    group: 'Identities',
    kind: text(/^\S{16,256}$/, '16 to 256 characters without spaces'),
    secret: true,
    env: 'UNDERSTUDY_ADMIN_TOKEN',
    help: 'Deletes any enrolled identity; without it only its own delete token does.',
  }),
} as const;
