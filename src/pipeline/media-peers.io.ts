import type { Config } from '../config.ts';
import { UnderstudyError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { MediaPeer, MediaPeerEvents, MediaPeerFactory } from '../signaling/media-peer.ts';
import { type Milli, monotonicClock } from '../time.ts';
import { openPeerConnection, type PeerConnectionOptions } from './accept/peer-connection.io.ts';
import type { VideoCodec } from './decode/video-decoder.ts';
import { mediaMetrics } from './media-metrics.ts';
import { type MediaObserver, ParticipantMedia } from './participant-media.ts';
import { frameBudgetOf, preferredCodecs, sessionSettings } from './session-settings.ts';
import { MAX_BITRATE, MIN_BITRATE, START_BITRATE } from './shared-bitrate.ts';
import type { Cast } from './viewing.ts';
import type { WorkerPool } from './worker-pool.ts';

/** The protocol promises one stats message a second. */
const STATS_EVERY: Milli = 1_000;

export interface MediaPeersOptions {
  readonly config: Config;
  readonly pool: WorkerPool;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** The media of every participant of this server: each watches others through here. */
export class MediaPeers implements MediaPeerFactory, Cast {
  readonly #options: MediaPeersOptions;
  readonly #participants = new Map<string, ParticipantMedia>();
  readonly #observer: MediaObserver;
  #reporting: NodeJS.Timeout | undefined;

  constructor(options: MediaPeersOptions) {
    this.#options = options;
    this.#observer = mediaMetrics(options.metrics);
  }

  find(participant: string): ParticipantMedia | undefined {
    return this.#participants.get(participant);
  }

  /** An identity was deleted. */
  forget(identity: string): void {
    for (const media of this.#participants.values()) media.forget(identity);
  }

  async open(
    join: Parameters<MediaPeerFactory['open']>[0],
    events: MediaPeerEvents,
  ): Promise<MediaPeer> {
    const { pool, config, log } = this.#options;
    const codecs = this.#codecs();
    const { participant: id } = join;
    let reachable = false;
    const connection = openPeerConnection(
      {
        videoFrame: (frame) => media.cameraFrame(frame),
        audioPacket: (packet) => media.voice(packet),
        negotiationNeeded: () => media.negotiationNeeded(),
        candidate: (candidate) => {
          if (candidate.candidate !== '') reachable = true;
          else if (!reachable) {
            log.error({ participant: id }, 'no UDP port could be opened for a call');
            events.failed(nowhereToSend());
          }
          events.candidate(candidate);
        },
        connectionState: (state) => {
          log.debug({ participant: id, state }, 'connection state');
          // The client had half a minute for an ICE restart: it is better off joining anew.
          if (state === 'failed') events.failed(mediaLost());
        },
      },
      connectionOptions(config),
    );
    const media = new ParticipantMedia({
      id,
      engine: config.engine,
      frameBudget: frameBudgetOf(config),
      codecs,
      connection,
      cast: this,
      clock: monotonicClock,
      events,
      observer: this.#observer,
    });
    // The identity is made ready while the browser and the server still find each other.
    const { identity, motion, smoothing } = join;
    const settings = { ...sessionSettings(config, identity), motion, smoothing };
    pool.open(id, settings, media).then(
      (session) => media.attach(session),
      (cause) => events.failed(cause),
    );
    this.#participants.set(id, media);
    this.#reporting ??= setInterval(() => this.#report(), STATS_EVERY);
    return {
      acceptDescription: (description) => media.acceptDescription(description),
      acceptCandidate: (candidate) => media.acceptCandidate(candidate),
      switchIdentity: (identity) => media.switchIdentity(identity),
      setMotion: (change) => media.setMotion(change),
      setMuted: (muted) => media.setMuted(muted),
      watch: (participant) => media.watch(participant),
      unwatch: (participant) => media.unwatch(participant),
      close: () => this.#close(media),
    };
  }

  async #close(media: ParticipantMedia): Promise<void> {
    if (this.#participants.get(media.id) === media) this.#participants.delete(media.id);
    for (const other of this.#participants.values()) other.unwatch(media.id);
    if (this.#participants.size === 0) {
      clearInterval(this.#reporting);
      this.#reporting = undefined;
    }
    await media.close();
  }

  #report(): void {
    for (const media of this.#participants.values()) media.reportStats();
  }

  #codecs(): readonly VideoCodec[] {
    const { pool, config } = this.#options;
    const available = pool.report?.codecs;
    if (!available) {
      throw new UnderstudyError(
        'server_full',
        'The server is still starting its pipeline. Try again in a few seconds.',
      );
    }
    return preferredCodecs(config, available);
  }
}

/** Told at once: nobody can reach a server without a port, and a client would try for half a minute. */
function nowhereToSend(): UnderstudyError<'negotiation_failed'> {
  return new UnderstudyError(
    'negotiation_failed',
    'The server has no UDP port left for your media, or none at the addresses that it is set to use (--udp-ports, --ice-addresses).',
  );
}

function mediaLost(): UnderstudyError<'negotiation_failed'> {
  return new UnderstudyError(
    'negotiation_failed',
    'Your camera and the server lost each other on the network. Join again.',
  );
}

function connectionOptions(config: Config): PeerConnectionOptions {
  const { iceAddresses, announcedAddresses, udpPorts, stunUrls } = config;
  return {
    iceServers: stunUrls.length > 0 ? [{ urls: [...stunUrls] }] : [],
    ...(iceAddresses.length > 0 ? { hosts: iceAddresses } : {}),
    announced: announcedAddresses,
    ...(udpPorts === 'any' ? {} : { ports: [udpPorts.min, udpPorts.max] as const }),
    bitrate: { min: MIN_BITRATE, start: START_BITRATE, max: MAX_BITRATE },
  };
}
