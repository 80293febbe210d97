import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../../../src/commands/doctor/chromium.io.ts';
import type {
  AudioSender,
  ConnectionState,
  VideoSender,
} from '../../../src/pipeline/accept/peer-connection.io.ts';
import type { VideoCodec } from '../../../src/pipeline/decode/video-decoder.ts';
import { type EchoServer, eventually, launchChromium, openEchoServer } from './chromium.ts';
import { UdpRelay } from './udp-relay.ts';

/** Sends each camera frame back as it came, to any number of watchers' sections. */
class Echo {
  readonly video = new Map<string, VideoSender>();
  readonly audio = new Map<string, AudioSender>();
  readonly states: ConnectionState[] = [];
  readonly #codec: VideoCodec;
  server!: EchoServer;
  relay: UdpRelay | undefined;
  frames = 0;
  keyframes = 0;
  #lastCapture = Number.NEGATIVE_INFINITY;
  captureDisorder = 0;

  private constructor(codec: VideoCodec) {
    this.#codec = codec;
  }

  static async open(
    page: Page,
    options: {
      codec?: VideoCodec;
      relay?: boolean;
      watch?: string[];
    } = {},
  ): Promise<Echo> {
    const echo = new Echo(options.codec ?? 'vp8');
    const first = options.watch ?? ['me'];
    echo.server = await openEchoServer({
      events: () => ({
        videoFrame: (frame) => {
          echo.frames += 1;
          if (frame.keyframe) echo.keyframes += 1;
          if (frame.captureTime <= echo.#lastCapture) echo.captureDisorder += 1;
          echo.#lastCapture = frame.captureTime;
          for (const sender of echo.video.values()) sender.send(frame, frame.captureTime);
        },
        audioPacket: (packet) => {
          for (const sender of echo.audio.values()) sender.send(packet);
        },
        connectionState: (state) => {
          echo.states.push(state);
          if (state === 'connected' && echo.video.size === 0)
            for (const id of first) echo.watch(id);
        },
      }),
      ...(options.relay
        ? {
            hideClient: true,
            candidate: async (candidate: { candidate: string }) => {
              const parts = candidate.candidate.split(' ');
              if (parts.length < 6) return candidate;
              echo.relay ??= await UdpRelay.open(Number(parts[5]));
              parts[5] = String(echo.relay.port);
              return { ...candidate, candidate: parts.join(' ') };
            },
          }
        : {}),
    });
    await page.goto(echo.server.url);
    await page.evaluate(
      (settings) =>
        (globalThis as unknown as { connect(o: object): Promise<void> }).connect(settings),
      { codec: echo.#codec, width: 512, fps: 30, audio: true },
    );
    return echo;
  }

  watch(id: string): void {
    const sender = this.server.peer.addVideoSender({ participant: id, codecs: [this.#codec] });
    sender.onKeyframeNeeded(() => this.server.peer.requestKeyframe());
    this.video.set(id, sender);
    this.audio.set(id, this.server.peer.addAudioSender({ participant: id }));
  }

  unwatch(id: string): void {
    this.video.get(id)?.close();
    this.audio.get(id)?.close();
    this.video.delete(id);
    this.audio.delete(id);
  }

  async close(): Promise<void> {
    await this.server.close();
    this.relay?.close();
  }
}

/** Page-side expression: the sum of frames shown so far of every track of these streams. */
const shown = (id: string) =>
  `((tracks.findLast((t) => t.kind === 'video' && t.stream === '${id}') || {}).frames || 0)`;

async function stat(page: Page, expression: string): Promise<number> {
  return page.evaluate(
    `stats().then((all) => { const list = Object.values(all); return ${expression}; })`,
  );
}

const sections = (page: Page) =>
  page.evaluate<number>(`pc.localDescription.sdp.split('\\nm=').length - 1`);

describe.skipIf(findChromium() === undefined)('PeerConnection with Chromium', () => {
  let browser: Browser;
  let page: Page;
  let echo: Echo | undefined;

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    await page?.close();
    await echo?.close();
    echo = undefined;
  });

  for (const codec of ['vp8', 'h264'] as const) {
    it(`carries ${codec} and Opus in and back out`, async () => {
      page = await browser.newPage();
      echo = await Echo.open(page, { codec });
      await eventually(page, `${shown('me')} > 40`);
      expect(await page.evaluate(`tracks.find((t) => t.kind === 'video').size`)).toBe('512x512');
      const heard = `list.find((s) => s.type === 'inbound-rtp' && s.kind === 'audio')`;
      expect(await stat(page, `${heard}.packetsReceived`)).toBeGreaterThan(50);
      expect(await stat(page, `${heard}.totalAudioEnergy`)).toBeGreaterThan(0);
      expect(await page.evaluate('log')).toEqual([]);
      expect(echo.server.errors).toEqual([]);
      expect(echo.captureDisorder).toBe(0);
      expect(echo.server.peer.stats().codecIn).toBe(codec);
    });
  }

  it('lets the bandwidth estimate of Chromium rise above 1 Mbit/s', async () => {
    page = await browser.newPage();
    echo = await Echo.open(page);
    const estimate = `stats().then((all) => Object.values(all).some((s) =>
      s.type === 'candidate-pair' && s.nominated && s.availableOutgoingBitrate > 1e6))`;
    await eventually(page, estimate, 10_000);
    // And stays there: it is not the first probe alone.
    await page.waitForTimeout(3000);
    expect(await page.evaluate(estimate)).toBe(true);
  });

  it('adds two more participants while the call goes on', async () => {
    page = await browser.newPage();
    echo = await Echo.open(page);
    await eventually(page, `${shown('me')} > 10`);
    echo.watch('anna');
    echo.watch('bert');
    await eventually(page, `${shown('anna')} > 20 && ${shown('bert')} > 20`);
    expect(await page.evaluate('log')).toEqual([]);
    expect(echo.video.get('anna')!.codec).toBe('vp8');
    expect(await page.evaluate(`tracks.find((t) => t.stream === 'me').freezes || 0`)).toBe(0);
  });

  it('uses the sections of participants who left again', async () => {
    page = await browser.newPage();
    echo = await Echo.open(page);
    await eventually(page, `${shown('me')} > 10`);
    for (const id of ['p1', 'p2', 'p3', 'p4']) {
      echo.watch(id);
      await eventually(page, `${shown(id)} > 5`);
      const { mid } = echo.video.get(id)!;
      echo.unwatch(id);
      await eventually(
        page,
        `pc.getTransceivers().find((t) => t.mid === '${mid}').currentDirection === 'inactive'
          && pc.signalingState === 'stable'`,
      );
    }
    // Camera, microphone, the self-view's two, and two for whoever comes and goes.
    expect(await sections(page)).toBe(6);
    expect(await page.evaluate('log')).toEqual([]);
    expect(echo.server.errors).toEqual([]);
  });

  it('survives both sides renegotiating at once', async () => {
    page = await browser.newPage();
    echo = await Echo.open(page);
    await eventually(page, `${shown('me')} > 10`);
    await page.evaluate(`hold(); pc.addTransceiver('audio', { direction: 'sendonly' })`);
    await eventually(page, `pc.signalingState === 'have-local-offer'`);
    echo.watch('anna');
    echo.watch('bert');
    await expect.poll(() => echo!.server.peer.signalingState).toBe('have-local-offer');
    await page.evaluate('release()');
    await eventually(page, `${shown('anna')} > 10 && ${shown('bert')} > 10`);
    await eventually(
      page,
      `pc.signalingState === 'stable' && pc.getTransceivers().every((t) => t.mid !== null)`,
    );
    expect(await page.evaluate('rollbacks')).toBe(1);
    expect(await page.evaluate('log')).toEqual([]);
    expect(echo.server.errors).toEqual([]);
  });

  it('goes on after an ICE restart of either side', async () => {
    page = await browser.newPage();
    echo = await Echo.open(page);
    await eventually(page, `${shown('me')} > 10`);
    const password = () =>
      page.evaluate<string>(`/ice-pwd:(\\S+)/.exec(pc.remoteDescription.sdp)[1]`);
    const first = await password();
    await page.evaluate(`pc.restartIce(); window.before = ${shown('me')}`);
    await eventually(page, `/ice-pwd:(\\S+)/.exec(pc.remoteDescription.sdp)[1] !== '${first}'`);
    await eventually(page, `${shown('me')} > window.before + 40`);
    const second = await password();
    echo.server.peer.restartIce();
    await page.evaluate(`window.before = ${shown('me')}`);
    await eventually(page, `/ice-pwd:(\\S+)/.exec(pc.remoteDescription.sdp)[1] !== '${second}'`);
    await eventually(page, `${shown('me')} > window.before + 40`);
    expect(await page.evaluate('pc.connectionState')).toBe('connected');
    expect(echo.server.peer.connectionState).toBe('connected');
    expect(await page.evaluate('log')).toEqual([]);
  });

  it('repairs 5 % of loss in both directions with few freezes', async () => {
    page = await browser.newPage();
    echo = await Echo.open(page, { relay: true });
    await eventually(page, `${shown('me')} > 20`);
    echo.relay!.loss = 0.05;
    await page.evaluate(`window.before = ${shown('me')}`);
    await page.waitForTimeout(10_000);
    const frames = await page.evaluate<number>(`${shown('me')} - window.before`);
    const freezes = await page.evaluate<number>(
      `tracks.find((t) => t.kind === 'video').freezes || 0`,
    );
    expect(echo.relay!.lost).toBeGreaterThan(50);
    // The fake camera gives 20 frames a second.
    expect(frames).toBeGreaterThan(160);
    expect(freezes).toBeLessThanOrEqual(3);
    const received = `list.find((s) => s.type === 'inbound-rtp' && s.kind === 'video')`;
    expect(await stat(page, `${received}.nackCount`)).toBeGreaterThan(0);
  });

  it('takes the whole call down with close, and nothing stays behind', async () => {
    page = await browser.newPage();
    echo = await Echo.open(page);
    await eventually(page, `${shown('me')} > 5`);
    await echo.server.peer.close();
    expect(echo.server.peer.connectionState).toBe('closed');
    expect(() => echo!.video.get('me')!.close()).not.toThrow();
    await expect(echo.server.peer.createOffer()).rejects.toMatchObject({
      code: 'negotiation_failed',
    });
  });
});
