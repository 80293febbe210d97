import { choice, duration, integer, list, orWord, text } from '../kind.ts';
import { setting } from '../setting.ts';

const id = text(/^[a-z0-9-]{1,64}$/, 'a name that matches ^[a-z0-9-]{1,64}$');

/** What one client, and all together, may take; and the process that gives it. */
export const LIMIT_SETTINGS = {
  rooms: setting({
    group: 'Limits',
    kind: list(id),
    default: [],
    env: 'UNDERSTUDY_ROOMS',
    help: 'The only rooms there are; by default whoever joins a room opens it.',
  }),
  maxRooms: setting({
    group: 'Limits',
    kind: integer(1, 10_000),
    default: 100,
    env: 'UNDERSTUDY_MAX_ROOMS',
    help: 'Rooms at once.',
  }),
  maxRoomParticipants: setting({
    group: 'Limits',
    kind: integer(1, 16),
    default: 8,
    env: 'UNDERSTUDY_MAX_ROOM_PARTICIPANTS',
    help: 'Participants in one room.',
  }),
  maxSessions: setting({
    group: 'Limits',
    kind: integer(1, 10_000),
    default: 32,
    env: 'UNDERSTUDY_MAX_SESSIONS',
    help: 'Participants in all rooms together.',
  }),
  admission: setting({
    group: 'Limits',
    kind: choice('measured', 'open'),
    default: 'measured',
    env: 'UNDERSTUDY_ADMISSION',
    help: 'measured lets in only whom this machine can carry without making the frames of others late; open lets in everybody up to --max-sessions.',
  }),
  whenFull: setting({
    group: 'Limits',
    kind: choice('refuse', 'queue'),
    default: 'refuse',
    env: 'UNDERSTUDY_WHEN_FULL',
    help: 'What becomes of those for whom there is no time: refused at once, or queued until there is.',
  }),
  queueLength: setting({
    group: 'Limits',
    kind: integer(1, 1000),
    default: 16,
    env: 'UNDERSTUDY_QUEUE_LENGTH',
    help: 'How many may wait with --when-full queue.',
  }),
  queueTimeout: setting({
    group: 'Limits',
    kind: duration(1000, 3_600_000),
    default: 300_000,
    env: 'UNDERSTUDY_QUEUE_TIMEOUT',
    help: 'How long one may wait with --when-full queue.',
  }),
  maxConnectionsPerAddress: setting({
    group: 'Limits',
    kind: orWord(integer(1, 10_000), 'auto'),
    default: 'auto',
    env: 'UNDERSTUDY_MAX_CONNECTIONS_PER_ADDRESS',
    help: 'Signaling connections, joined or not, from one IPv4 address or one /64 of IPv6; this machine itself may have more. auto is half of all there may be: 8 more than --max-sessions.',
  }),
  maxMessagesPerSecond: setting({
    group: 'Limits',
    kind: integer(5, 1000),
    default: 50,
    env: 'UNDERSTUDY_MAX_MESSAGES_PER_SECOND',
    help: 'Signaling messages of one connection; twice as many in a burst.',
  }),
  maxCandidatesPerMinute: setting({
    group: 'Limits',
    kind: integer(10, 1000),
    default: 128,
    env: 'UNDERSTUDY_MAX_CANDIDATES_PER_MINUTE',
    help: 'ICE candidates of one connection.',
  }),
  idleTimeout: setting({
    group: 'Limits',
    kind: duration(5000, 600_000),
    default: 30_000,
    env: 'UNDERSTUDY_IDLE_TIMEOUT',
    help: 'A connection from which nothing comes for this long is closed and its place given up.',
  }),
  resumeWindow: setting({
    group: 'Limits',
    kind: duration(0, 300_000),
    default: 10_000,
    env: 'UNDERSTUDY_RESUME_WINDOW',
    help: 'How long the place of a broken connection is kept for its return.',
  }),
  workers: setting({
    group: 'Process',
    kind: orWord(integer(1, 64), 'auto'),
    default: 'auto',
    env: 'UNDERSTUDY_WORKERS',
    help: 'Pipeline processes; auto goes by the number of cores.',
  }),
  drainGrace: setting({
    group: 'Process',
    kind: duration(0, 3_600_000),
    default: 10_000,
    env: 'UNDERSTUDY_DRAIN_GRACE',
    help: 'After SIGTERM or Ctrl-C: how long running calls may go on before they are closed. A second one closes them at once.',
  }),
  logLevel: setting({
    group: 'Process',
    kind: choice('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
    default: 'info',
    env: 'UNDERSTUDY_LOG_LEVEL',
    help: 'Least severe message that is logged.',
  }),
  logFormat: setting({
    group: 'Process',
    kind: choice('auto', 'json', 'text'),
    default: 'auto',
    env: 'UNDERSTUDY_LOG_FORMAT',
    help: 'auto is text on a terminal and JSON elsewhere.',
  }),
} as const;
