import type { ServerMessage } from '../../signaling/protocol.ts';
import { monotonicClock } from '../../time.ts';
import {
  type BrowserStats,
  compareSamples,
  type StatsSample,
  sampleStats,
} from './browser-stats.ts';
import type { Capture } from './capture.io.ts';
import { type IceSettings, MediaConnection, type MediaEvents } from './media-connection.io.ts';

/**
 * What a session sends and receives: the driver's capture and one peer connection after the other.
 * Owns both; the capture's mute state outlasts each.
 */
export class DriverMedia {
  readonly #events: MediaEvents;
  #capture: Capture;
  #connection: MediaConnection | null = null;
  #muted = { audio: false, video: false };
  #sample: StatsSample | null = null;

  constructor(capture: Capture, events: MediaEvents) {
    this.#capture = capture;
    this.#events = events;
  }

  get capture(): Capture {
    return this.#capture;
  }

  get muted(): { readonly audio: boolean; readonly video: boolean } {
    return this.#muted;
  }

  set muted(muted: { readonly audio: boolean; readonly video: boolean }) {
    this.#muted = { ...muted };
    this.#enableTracks();
  }

  /** Begins a new peer connection; the one before is closed. */
  start(ice: IceSettings): void {
    this.#connection?.close();
    this.#sample = null;
    this.#connection = new MediaConnection(ice, this.#capture, this.#events);
    this.#enableTracks();
  }

  receive(message: Extract<ServerMessage, { type: 'description' | 'candidate' | 'tracks' }>): void {
    this.#connection?.receive(message);
  }

  restartIce(): void {
    this.#connection?.restartIce();
  }

  /** Sends another capture from now on, and releases the one before. */
  async replace(capture: Capture): Promise<void> {
    const old = this.#capture;
    this.#capture = capture;
    this.#enableTracks();
    await this.#connection?.replace(capture);
    old.release();
  }

  /** Rates are since the call before. @param avatarTrack id of the own avatar's video track */
  async stats(avatarTrack: string | null): Promise<BrowserStats> {
    const report = await this.#connection?.getStats();
    const sample = sampleStats(report?.values() ?? [], avatarTrack, monotonicClock());
    const stats = compareSamples(this.#sample, sample);
    this.#sample = sample;
    return stats;
  }

  close(): void {
    this.#connection?.close();
    this.#capture.release();
  }

  /** A muted side sends silence or black. */
  #enableTracks(): void {
    const { audio, video } = this.#capture;
    if (audio) audio.enabled = !this.#muted.audio;
    if (video) video.enabled = !this.#muted.video;
  }
}
