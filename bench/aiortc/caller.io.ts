import {
  openPeerConnection,
  type PeerConnection,
  type VideoSender,
} from '../../src/pipeline/accept/peer-connection.io.ts';
import type { ReceivedVideoFrame } from '../../src/pipeline/accept/video-receiver.ts';
import type { Codecs } from '../../src/pipeline/decode/codecs.io.ts';
import type { VideoDecoder } from '../../src/pipeline/decode/video-decoder.ts';
import type { CameraFrame } from '../../src/pipeline/picture.ts';
import { Negotiator } from '../../src/signaling/negotiator.ts';
import type { SessionDescription } from '../../src/signaling/protocol.ts';
import { type Milli, monotonicClock } from '../../src/time.ts';
import { AnswerLog, type AnswerSample } from './answer-log.ts';
import { checkAnswer } from './answered-codec.ts';
import type { PeerProcess, SessionMessage } from './peer-process.io.ts';
import type { StampedClip } from './stamped-clip.io.ts';
import type { Transform } from './transform.ts';

const FPS = 30;
/** A handshake on a busy machine. */
const CONNECT_LIMIT: Milli = 10_000;
const POLL: Milli = 20;
/** So much that nothing is held back here: what is measured is the peer's pacing, not the camera's. */
const UNPACED = 50_000_000;
/** Answers that wait to be decoded here: with more, this machine cannot drive so many sessions. */
const MOST_WAITING = 60;

interface CallerOptions {
  readonly session: string;
  readonly transform: Transform;
  readonly peer: PeerProcess;
  readonly clip: StampedClip;
  readonly codecs: Codecs;
}

/**
 * One camera in a call with a peer, over real ICE, DTLS, SRTP and RTP on loopback, without a
 * browser: sends its clip at thirty frames a second whatever comes back, decodes all that does.
 * Owns its connection and decoder.
 */
export class Caller {
  readonly #options: CallerOptions;
  readonly #log: AnswerLog;
  readonly #connection: PeerConnection;
  readonly #sender: VideoSender;
  readonly #negotiator: Negotiator;
  readonly #decoder: VideoDecoder;
  #failure: Error | undefined;
  #timer: NodeJS.Timeout | undefined;
  #due: Milli = 0;
  #frame = 0;
  #decoding: Promise<void> = Promise.resolve();
  #waiting = 0;
  /** Looked at already: its memory serves the next. */
  #spare: CameraFrame | undefined;

  private constructor(options: CallerOptions, decoder: VideoDecoder) {
    const { session, transform, peer, clip } = options;
    this.#options = options;
    this.#decoder = decoder;
    this.#log = new AnswerLog(transform, clip.luma);
    peer.listen(session, (message) => this.#hear(message));
    this.#connection = openPeerConnection(
      {
        videoFrame: (frame) => this.#receive(frame),
        audioPacket: () => undefined,
        negotiationNeeded: () => this.#negotiator.negotiationNeeded(),
        candidate: (candidate) => peer.send({ type: 'candidate', session, candidate }),
        connectionState: (state) => state === 'failed' && this.#fail('the connection failed'),
      },
      { hosts: ['127.0.0.1'], bitrate: { min: UNPACED, start: UNPACED, max: UNPACED } },
    );
    this.#negotiator = new Negotiator({
      peer: this.#connection,
      polite: true,
      send: (description) => {
        this.#check(description);
        peer.send({ type: 'description', session, description });
      },
      failed: (reason) => this.#fail(reason),
    });
    peer.send({ type: 'open', session, transform });
    this.#sender = this.#connection.addVideoSender({ participant: 'camera', codecs: [clip.codec] });
    this.#sender.onKeyframeNeeded(() => {
      // The clip has one keyframe, at its beginning.
      this.#frame = 0;
    });
  }

  /**
   * Calls and begins to send.
   * @param phase where in a frame's time its frames come, 0…1.
   * @throws Error where no connection comes about.
   */
  static async call(options: CallerOptions, phase: number): Promise<Caller> {
    const caller = new Caller(options, await options.codecs.createDecoder(options.clip.codec));
    try {
      await caller.#connected();
    } catch (cause) {
      await caller.stop();
      throw cause;
    }
    caller.#due = monotonicClock() + (phase * 1_000) / FPS;
    caller.#schedule();
    return caller;
  }

  /** What happened since the last call. @throws Error where the session broke. */
  take(): AnswerSample {
    if (this.#failure) throw this.#failure;
    return this.#log.take();
  }

  async stop(): Promise<void> {
    const { peer, session } = this.#options;
    clearTimeout(this.#timer);
    peer.send({ type: 'close', session });
    peer.leave(session);
    await this.#connection.close();
    await this.#decoding;
    this.#decoder.close();
  }

  async #connected(): Promise<void> {
    const limit = monotonicClock() + CONNECT_LIMIT;
    const { session } = this.#options;
    while (this.#connection.connectionState !== 'connected' || this.#sender.codec === null) {
      if (this.#failure) throw this.#failure;
      if (monotonicClock() > limit) throw new Error(`${session}: no connection`);
      await new Promise((resolve) => setTimeout(resolve, POLL));
    }
  }

  #hear(message: SessionMessage): void {
    if (message.type === 'failed') this.#fail(message.reason);
    else if (message.type === 'description') {
      this.#check(message.description);
      this.#negotiator.description(message.description).catch((cause) => this.#fail(cause));
    } else this.#negotiator.candidate(message.candidate).catch((cause) => this.#fail(cause));
  }

  /** The peer's answer is about the camera, ours about what is sent back. */
  #check({ type, sdp = '' }: SessionDescription): void {
    if (type !== 'answer') return;
    try {
      checkAnswer(sdp, this.#options.clip.codec);
    } catch (cause) {
      this.#fail(cause);
    }
  }

  #fail(cause: unknown): void {
    this.#failure ??= cause instanceof Error ? cause : new Error(String(cause));
  }

  #schedule(): void {
    this.#timer = setTimeout(() => this.#send(), Math.max(0, this.#due - monotonicClock()));
  }

  #send(): void {
    const { codec, frames } = this.#options.clip;
    const stamp = this.#frame++ % frames.length;
    const now = monotonicClock();
    this.#log.sent(stamp, now);
    this.#sender.send({ codec, ...frames[stamp]! }, now);
    this.#due += 1_000 / FPS;
    this.#schedule();
  }

  #receive({ codec, data, receivedAt }: ReceivedVideoFrame): void {
    if (codec !== this.#options.clip.codec) {
      this.#fail(`what comes back is coded as ${codec}`);
      return;
    }
    if (this.#waiting >= MOST_WAITING) {
      this.#fail('the load client does not keep up');
      return;
    }
    this.#waiting++;
    this.#decoding = this.#decoding.then(async () => {
      this.#waiting--;
      try {
        const frame = await this.#decoder.decode(data, this.#spare);
        if (!frame) return;
        this.#spare = frame;
        this.#log.received(frame, data.length, receivedAt);
      } catch (cause) {
        this.#fail(cause);
      }
    });
  }
}
