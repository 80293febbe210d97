import type { Page } from 'playwright-core';
import type { VideoCodec } from '../../src/pipeline/decode/video-decoder.ts';
import type { Px } from '../../src/pipeline/picture.ts';
import { quantile } from '../../src/pipeline/quantile.ts';
import type { Milli, Seconds } from '../../src/time.ts';
import { type Probe, prepareProbe } from '../call-page.ts';
import { checkAnswer } from './answered-codec.ts';
import type { FromPeer } from './peer-message.ts';
import type { PeerProcess } from './peer-process.io.ts';
import type { Transform } from './transform.ts';

/** Encoders find their rate, and the browser's jitter buffer its size. */
const SETTLE: Seconds = 3;
const MEASURE: Seconds = 5;

/** What a page saw of one session, by the stamps in its pictures. */
export interface BrowserSample {
  /** A stamp drawn into the camera → the same stamp seen on what came back. */
  readonly latencies: readonly Milli[];
  /** Pictures shown. */
  readonly frames: number;
  readonly seconds: Seconds;
}

export interface BrowserFigures {
  readonly p50Ms: Milli;
  readonly p95Ms: Milli;
  /** Pictures shown a second. */
  readonly fps: number;
}

export function browserFigures(samples: readonly BrowserSample[]): BrowserFigures {
  const latencies = samples.flatMap((sample) => sample.latencies);
  const sum = (of: (sample: BrowserSample) => number) =>
    samples.reduce((total, sample) => total + of(sample), 0);
  return {
    p50Ms: quantile(latencies, 0.5),
    p95Ms: quantile(latencies, 0.95),
    fps:
      sum(({ frames }) => frames) /
      Math.max(
        1,
        sum(({ seconds }) => seconds),
      ),
  };
}

interface Bridge extends Probe {
  toPeer(message: object): Promise<void>;
  fromPeer(message: FromPeer): Promise<void>;
}

type Description = Extract<FromPeer, { type: 'description' }>;

/** One call of a real page with a peer, as peer-message.ts says. The page is of no use after it. */
export async function callInBrowser(
  page: Page,
  peer: PeerProcess,
  call: {
    readonly session: string;
    readonly transform: Transform;
    readonly codec: VideoCodec;
    readonly size: Px;
  },
): Promise<BrowserSample> {
  const { session, transform, codec, size } = call;
  await prepareProbe(page, size);
  let failure: string | undefined;
  const check = (message: object) => {
    const { type, sdp } = (message as Partial<Description>).description ?? {};
    if (type !== 'answer') return;
    try {
      checkAnswer(sdp ?? '', codec);
    } catch (cause) {
      failure ??= String(cause);
    }
  };
  await page.exposeFunction('toPeer', (message: object) => {
    check(message);
    peer.send({ ...message, session } as Parameters<PeerProcess['send']>[0]);
  });
  peer.listen(session, (message) => {
    check(message);
    if (message.type === 'failed') failure = message.reason;
    // A page that is closing hears no more.
    else page.evaluate(tell, message).catch(() => undefined);
  });
  peer.send({ type: 'open', session, transform });
  try {
    await page.evaluate(connect, codec);
    await page.waitForTimeout(SETTLE * 1_000);
    const sample = await page.evaluate(measure, MEASURE);
    if (failure !== undefined) throw new Error(failure);
    return { ...sample, seconds: MEASURE };
  } finally {
    peer.send({ type: 'close', session });
    peer.leave(session);
  }
}

// What follows runs in the page.

const tell = (message: FromPeer) => (globalThis as unknown as Bridge).fromPeer(message);

function connect(codec: VideoCodec): void {
  const bridge = globalThis as unknown as Bridge;
  const { probe } = bridge;
  const pc = new RTCPeerConnection();
  const describe = async () => {
    await pc.setLocalDescription();
    const { type, sdp } = pc.localDescription as RTCSessionDescription;
    await bridge.toPeer({ type: 'description', description: { type, sdp } });
  };
  // One step at a time, and candidates after the description that they belong to.
  let tail = Promise.resolve();
  const early: RTCIceCandidateInit[] = [];
  const hear = async (message: FromPeer) => {
    if (message.type === 'candidate') {
      const { candidate, sdpMid = null, sdpMLineIndex = null } = message.candidate;
      if (candidate) early.push({ candidate, sdpMid, sdpMLineIndex });
    } else if (message.type === 'description') {
      await pc.setRemoteDescription(message.description as RTCSessionDescriptionInit);
      if (message.description.type === 'offer') await describe();
    }
    if (!pc.remoteDescription) return;
    for (const candidate of early.splice(0)) await pc.addIceCandidate(candidate);
  };
  bridge.fromPeer = (message) => {
    tail = tail.then(() => hear(message));
    return tail;
  };
  pc.onicecandidate = ({ candidate }) => {
    if (!candidate) return;
    void bridge.toPeer({ type: 'candidate', candidate: candidate.toJSON() });
  };
  const video = document.createElement('video');
  video.muted = true;
  pc.ontrack = ({ track }) => {
    if (track.kind !== 'video') return;
    video.srcObject = new MediaStream([track]);
    void video.play();
  };
  probe.read(video);
  for (const track of probe.camera.getVideoTracks()) {
    const transceiver = pc.addTransceiver(track, { direction: 'sendonly' });
    const { sender } = transceiver;
    // Of H.264 the one profile and mode that all peers share.
    const { codecs = [] } = RTCRtpSender.getCapabilities('video') ?? {};
    transceiver.setCodecPreferences(
      codecs.filter(
        ({ mimeType, sdpFmtpLine = '' }) =>
          mimeType === 'video/rtx' ||
          (mimeType.toLowerCase() === `video/${codec}` &&
            (codec === 'vp8' ||
              (sdpFmtpLine.includes('packetization-mode=1') &&
                sdpFmtpLine.includes('profile-level-id=42e01f')))),
      ),
    );
    // A busy machine shall cost frames, not pixels: what comes back is of the size asked for.
    const parameters = sender.getParameters();
    parameters.degradationPreference = 'maintain-resolution';
    void sender.setParameters(parameters);
  }
  void describe();
}

async function measure(seconds: Seconds): Promise<{ latencies: Milli[]; frames: number }> {
  const { probe } = globalThis as unknown as Bridge;
  probe.latencies.length = 0;
  probe.frames.length = 0;
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  return { latencies: [...probe.latencies], frames: probe.frames.length };
}
