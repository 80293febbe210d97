import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openPeerConnection } from '../../src/pipeline/accept/peer-connection.io.ts';
import { CapacityModel } from '../../src/pipeline/budget/capacity-model.ts';
import type { VideoCodec } from '../../src/pipeline/decode/video-decoder.ts';
import { machineClock } from '../../src/pipeline/machine-clock.io.ts';
import { type MediaObserver, ParticipantMedia } from '../../src/pipeline/participant-media.ts';
import { WorkerPool } from '../../src/pipeline/worker-pool.ts';
import { forkFile } from '../../src/pipeline/worker-process.io.ts';
import type { SessionSettings } from '../../src/pipeline/worker-protocol.ts';
import { monotonicClock } from '../../src/time.ts';
import { MOST_LATENCY } from './figures.ts';
import type { FromPeer, ToPeer } from './peer-message.ts';

/**
 * Our side of the comparison: the product's transport, worker pool and session loop, as its server
 * puts them together, over workers that transform pictures. Talks as peer-message.ts says; there is
 * no signaling server here and no way in but standard input.
 */

const WORKER_FILE = fileURLToPath(new URL('./transform.worker.ts', import.meta.url));
const FPS = 30;
const SUPERVISION_INTERVAL = 250;

const { values } = parseArgs({
  options: {
    backend: { type: 'string', default: 'native' },
    codec: { type: 'string', default: 'vp8' },
    size: { type: 'string' },
    bitrate: { type: 'string' },
    workers: { type: 'string' },
  },
});
const codec: VideoCodec = values.codec === 'h264' ? 'h264' : 'vp8';
const size = Number(values.size);
const rate = Number(values.bitrate);

const people = new Map<string, ParticipantMedia>();
const unobserved: MediaObserver = {
  cameraFrame: () => undefined,
  avatarFrame: () => undefined,
  dropped: () => undefined,
};

const pool = new WorkerPool({
  workers: Number(values.workers),
  setup: {
    dataFolder: '',
    modelsFolder: '',
    codecs: values.backend === 'wasm' ? 'wasm' : 'native',
    engine: 'transform',
    identityCacheBytes: 0,
  },
  fork: (events) => forkFile(WORKER_FILE, events),
  clock: machineClock,
  capacity: new CapacityModel({ fps: FPS, budget: MOST_LATENCY }),
  fps: FPS,
  cores: availableParallelism(),
  mainLoad: () => 0,
  events: {
    ready: ({ codecBackend }) => say({ type: 'ready', version: `${codecBackend} codecs` }),
    lost: (reason) => console.error(`a worker was lost: ${reason}`),
    moved: () => undefined,
    deviceLost: ({ message }) => console.error(`a worker's device was lost: ${message}`),
    unusable: ({ message }) => {
      console.error(message);
      process.exit(1);
    },
  },
});
setInterval(() => pool.tick(), SUPERVISION_INTERVAL);

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => void hear(JSON.parse(line) as ToPeer));
// Connections that are closed keep their sockets for a moment: nothing is left to wait for.
lines.on('close', () => process.exit(0));

async function hear(message: ToPeer): Promise<void> {
  const { session } = message;
  try {
    if (message.type === 'open') open(session, message.transform);
    else if (message.type === 'description')
      await people.get(session)?.acceptDescription(message.description);
    else if (message.type === 'candidate')
      await people.get(session)?.acceptCandidate(message.candidate);
    else {
      const media = people.get(session);
      people.delete(session);
      await media?.close();
    }
  } catch (cause) {
    failed(session, cause);
  }
}

function open(session: string, transform: string): void {
  const connection = openPeerConnection(
    {
      videoFrame: (frame) => media.cameraFrame(frame),
      audioPacket: (packet) => media.voice(packet),
      negotiationNeeded: () => media.negotiationNeeded(),
      candidate: (candidate) => say({ type: 'candidate', session, candidate }),
      connectionState: (state) => state === 'failed' && failed(session, 'the connection failed'),
    },
    // One bitrate on both sides of the comparison: what the estimate would find is not at issue.
    { hosts: ['127.0.0.1'], bitrate: { min: rate, start: rate, max: rate } },
  );
  const media = new ParticipantMedia({
    id: session,
    engine: 'transform',
    frameBudget: MOST_LATENCY,
    codecs: [codec],
    connection,
    cast: { find: (id) => people.get(id) },
    clock: monotonicClock,
    events: {
      description: (description) => say({ type: 'description', session, description }),
      candidate: (candidate) => say({ type: 'candidate', session, candidate }),
      avatar: () => undefined,
      stats: () => undefined,
      failed: (reason) => failed(session, reason),
    },
    observer: unobserved,
  });
  people.set(session, media);
  media.watch(session);
  const settings: SessionSettings = {
    identity: transform,
    motion: 'relative',
    smoothing: 0,
    size,
    fps: FPS,
    frameBudget: MOST_LATENCY,
    mark: false,
    outputs: [],
    bitrate: rate,
    stamp: false,
    paused: false,
    standby: false,
    suspect: false,
  };
  pool.open(session, settings, media).then(
    (opened) => media.attach(opened),
    (cause) => failed(session, cause),
  );
}

function failed(session: string, cause: unknown): void {
  const reason = cause instanceof Error ? cause.message : String(cause);
  say({ type: 'failed', session, reason });
}

function say(message: FromPeer): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
