import type { Browser, Page } from 'playwright-core';
import type {
  AvatarSession,
  JoinOptions,
  joinAsAvatar,
  RoomParticipant,
} from '../../src/client/sdk/index.ts';
import type { SeenFrame } from './face-series.ts';
import type { LineUp } from './likeness.ts';
import { type Sighting, sightingOf } from './sighting.ts';

interface Kept {
  connections: RTCPeerConnection[];
}

/** Run in the page before its own scripts: the browser's counters are asked of what is kept here. */
function keepConnections(): void {
  const kept: RTCPeerConnection[] = [];
  (globalThis as unknown as Kept).connections = kept;
  const Native = RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Native {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      kept.push(this);
    }
    /** Firefox tells nothing of a closed one, and Chromium nothing new. */
    override close() {
      super.close();
      if (kept.includes(this)) kept.splice(kept.indexOf(this), 1);
    }
  };
}

/** Run in the page before its own scripts: a camera that gives no more than so many frames a second. */
function slowCamera(fps: number): void {
  const devices = navigator.mediaDevices;
  const native = devices.getUserMedia.bind(devices);
  devices.getUserMedia = (constraints) =>
    native({
      ...constraints,
      ...(typeof constraints?.video === 'object' && {
        video: { ...constraints.video, frameRate: { max: fps } },
      }),
    });
}

/** Run in the page: everybody in the room gets a tile. */
async function joinAndShow(options: JoinOptions): Promise<void> {
  const page = globalThis as unknown as {
    understudy: { session: AvatarSession; joinAsAvatar: typeof joinAsAvatar };
  };
  const session = await page.understudy.joinAsAvatar({ ...options, url: location.origin });
  page.understudy.session = session;
  const shown = new Set<string>();
  const show = ({ id, self, stream }: RoomParticipant) => {
    if (shown.has(id)) return;
    shown.add(id);
    const tile = document.createElement('div');
    tile.dataset.testid = self ? 'tile-self' : 'tile';
    const video = document.createElement('video');
    Object.assign(video, { autoplay: true, muted: self, srcObject: stream });
    tile.append(video);
    document.body.prepend(tile);
  };
  for (const participant of session.participants) show(participant);
  session.on('participant-joined', show);
}

/** Somebody in a call, in a browser page of their own, through the web app. */
export class Caller {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  /** Opens the app as a person would, picks an identity and joins. */
  static async join(
    browser: Browser,
    url: string,
    who: {
      readonly room: string;
      readonly name: string;
      readonly identity: string;
      readonly driver: 'camera' | 'sample-actor';
      /** Of the camera: whom nobody looks at closely costs less with fewer. */
      readonly maxFps?: number;
    },
  ): Promise<Caller> {
    // Painted in software on the cores that the call needs: as small as the app is comfortable in.
    const context = await browser.newContext({ viewport: { width: 640, height: 640 } });
    await context.addInitScript(keepConnections);
    if (who.maxFps) await context.addInitScript(slowCamera, who.maxFps);
    const page = await context.newPage();
    await page.goto(`${url}/?test#room=${who.room}`);
    const caller = new Caller(page);
    await page.getByTestId(who.driver === 'camera' ? 'use-camera' : 'sample-actor').click();
    await page.getByTestId(`identity-${who.identity}`).click();
    await page.getByTestId('name').fill(who.name);
    await page.getByTestId('join').click();
    await page.getByTestId('call').waitFor();
    return caller;
  }

  /**
   * Joins as a page of somebody else's would: through the SDK alone. Everybody who is there is shown
   * in tiles like the app's.
   */
  static async joinBySdk(
    browser: Browser,
    url: string,
    options: Omit<JoinOptions, 'url' | 'onQueued' | 'signal'>,
  ): Promise<Caller> {
    const context = await browser.newContext({ viewport: { width: 640, height: 640 } });
    await context.addInitScript(keepConnections);
    const page = await context.newPage();
    await page.goto(`${url}/?test`);
    await page.evaluate(joinAndShow, options as unknown as JoinOptions);
    return new Caller(page);
  }

  /** Resolves when a tile's video shows frames. */
  async waitForVideo(tile: 'tile' | 'tile-self'): Promise<void> {
    await this.page.waitForFunction((testid) => {
      const video = document.querySelector<HTMLVideoElement>(`[data-testid="${testid}"] video`);
      return video !== null && video.videoWidth > 0 && video.currentTime > 0;
    }, tile);
  }

  /** Resolves when the server says that this caller's own face drives the avatar. */
  async waitUntilDriving(): Promise<void> {
    await this.page.evaluate(async () => {
      const { understudy } = globalThis as unknown as { understudy: { session: AvatarSession } };
      await new Promise<void>((resolve) => {
        understudy.session.on('stats', ({ server }) => {
          if (server?.avatar === 'live') resolve();
        });
      });
    });
  }

  /**
   * Films a tile: every frame that is shown in so many seconds, as small JPEGs. One that the page could
   * not paint is left out, as Chromium's first often is: what a JPEG has in its place is black, which
   * nobody was shown.
   */
  async film(tile: 'tile' | 'tile-self', seconds: number): Promise<SeenFrame[]> {
    return this.page.evaluate(
      async ({ tile, seconds, side }) => {
        const video = document.querySelector<HTMLVideoElement>(`[data-testid="${tile}"] video`);
        if (!video) throw new Error(`no ${tile}`);
        const canvas = new OffscreenCanvas(side, side);
        // In the page's own memory: a graphics process that stalls takes its canvases with it.
        const context = canvas.getContext('2d', { willReadFrequently: true });
        const frames: Promise<{ at: number; rtpTime: number; jpeg: string }>[] = [];
        const base64 = async (at: number, rtpTime: number, blob: Blob) => {
          const bytes = new Uint8Array(await blob.arrayBuffer());
          let text = '';
          for (let i = 0; i < bytes.length; i += 8192)
            text += String.fromCharCode(...bytes.subarray(i, i + 8192));
          return { at, rtpTime, jpeg: btoa(text) };
        };
        const end = performance.now() + seconds * 1000;
        await new Promise<void>((resolve) => {
          const onFrame = (now: number, { rtpTimestamp = 0 }: VideoFrameCallbackMetadata) => {
            context?.clearRect(0, 0, side, side);
            context?.drawImage(video, 0, 0, side, side);
            const painted = context?.getImageData(0, 0, 1, 1).data[3] === 255;
            if (!painted) return again(now);
            const blob = canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 });
            frames.push(blob.then((made) => base64(now, rtpTimestamp, made)));
            again(now);
          };
          const again = (now: number) => {
            if (now < end) video.requestVideoFrameCallback(onFrame);
            else resolve();
          };
          video.requestVideoFrameCallback(onFrame);
          // A video that stands still ends the film too.
          setTimeout(resolve, seconds * 1000 + 2000);
        });
        return Promise.all(frames);
      },
      { tile, seconds, side: 256 },
    );
  }

  /** How many camera frames this caller's browser has sent. */
  async framesSent(): Promise<number> {
    return this.page.evaluate(async () => {
      let frames = 0;
      for (const connection of (globalThis as unknown as Kept).connections)
        for (const report of (await connection.getStats()).values())
          if (report.type === 'outbound-rtp' && report.kind === 'video')
            frames += report.framesSent ?? 0;
      return frames;
    });
  }

  /** How many of this caller's camera frames the server has left out because its level says so. */
  async framesLeftOut(): Promise<number> {
    return this.page.evaluate(async () => {
      const { understudy } = globalThis as unknown as { understudy: { session: AvatarSession } };
      const drops = (await understudy.session.stats()).server?.drops ?? {};
      return (drops['half-rate'] ?? 0) + (drops.hold ?? 0);
    });
  }

  /** How many of a tile's frames have been decoded. */
  async framesReceived(tile: 'tile' | 'tile-self'): Promise<number> {
    return this.page.evaluate(async (tile) => {
      const video = document.querySelector<HTMLVideoElement>(`[data-testid="${tile}"] video`);
      const stream = video?.srcObject;
      const [track] = stream instanceof MediaStream ? stream.getVideoTracks() : [];
      for (const connection of (globalThis as unknown as Kept).connections)
        for (const report of (await connection.getStats()).values())
          if (report.type === 'inbound-rtp' && report.trackIdentifier === track?.id)
            return report.framesDecoded ?? 0;
      throw new Error(`nothing comes for ${tile}`);
    }, tile);
  }

  /** How much sound has come with a tile, as the energy that WebRTC counts. */
  async soundReceived(tile: 'tile' | 'tile-self'): Promise<number> {
    return this.page.evaluate(async (tile) => {
      const video = document.querySelector<HTMLVideoElement>(`[data-testid="${tile}"] video`);
      const stream = video?.srcObject;
      const [track] = stream instanceof MediaStream ? stream.getAudioTracks() : [];
      for (const connection of (globalThis as unknown as Kept).connections)
        for (const report of (await connection.getStats()).values())
          if (report.type === 'inbound-rtp' && report.trackIdentifier === track?.id)
            return report.totalAudioEnergy ?? 0;
      throw new Error(`no voice comes for ${tile}`);
    }, tile);
  }

  /** Films as {@link film} does, and names what each frame looks most like. */
  async identify(tile: 'tile' | 'tile-self', seconds: number, lineUp: LineUp): Promise<Sighting[]> {
    const sightings: Sighting[] = [];
    for (const frame of await this.film(tile, seconds))
      sightings.push(await sightingOf(frame, lineUp));
    return sightings;
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
