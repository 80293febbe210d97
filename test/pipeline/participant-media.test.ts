import { beforeEach, describe, expect, it } from 'vitest';
import type { AudioSender, VideoSender } from '../../src/pipeline/accept/peer-connection.io.ts';
import { CAMERA_RATE } from '../../src/pipeline/camera-limit.ts';
import type { VideoCodec } from '../../src/pipeline/decode/video-decoder.ts';
import {
  type MediaConnection,
  type MediaSession,
  ParticipantMedia,
} from '../../src/pipeline/participant-media.ts';
import { SHOWN_WITHIN } from '../../src/pipeline/wanted-identity.ts';
import type { RenderedFrame } from '../../src/pipeline/worker-protocol.ts';
import type { SessionStats } from '../../src/signaling/session-stats.ts';

let now: number;
let everybody: Map<string, ParticipantMedia>;

/** A sender whose negotiation and network are played by hand. */
class FakeVideoSender implements VideoSender {
  readonly mid = '0';
  codec: VideoCodec | null = null;
  readonly sent: { codec: VideoCodec; captureTime: number }[] = [];
  closed = false;
  negotiated: (codec: VideoCodec) => void = () => undefined;
  keyframeNeeded: () => void = () => undefined;
  estimated: (bitrate: number) => void = () => undefined;
  readonly participant: string;

  constructor(participant: string) {
    this.participant = participant;
  }

  negotiate(codec: VideoCodec) {
    this.codec = codec;
    this.negotiated(codec);
  }

  send(frame: { codec: VideoCodec }, captureTime: number) {
    this.sent.push({ codec: frame.codec, captureTime });
  }

  restart() {
    this.sent.length = 0;
  }

  onCodec(callback: (codec: VideoCodec) => void) {
    this.negotiated = callback;
  }
  onKeyframeNeeded(callback: () => void) {
    this.keyframeNeeded = callback;
  }
  onBitrate(callback: (bitrate: number) => void) {
    this.estimated = callback;
  }
  close() {
    this.closed = true;
  }
}

interface Somebody {
  readonly media: ParticipantMedia;
  readonly senders: Map<string, FakeVideoSender>;
  readonly voices: Map<string, number[]>;
  readonly asked: string[];
  readonly stats: SessionStats[];
  keyframeRequests: number;
  /** The session in the worker is open. */
  attach(): void;
}

function create(id: string, { attached = true } = {}): Somebody {
  const senders = new Map<string, FakeVideoSender>();
  const voices = new Map<string, number[]>();
  const asked: string[] = [];
  const stats: SessionStats[] = [];
  const connection: MediaConnection = {
    signalingState: 'stable',
    setLocalDescription: async () => ({ type: 'answer', sdp: 'v=0' }),
    setRemoteDescription: async () => undefined,
    addIceCandidate: async () => undefined,
    addVideoSender: ({ participant }) => {
      const sender = new FakeVideoSender(participant);
      senders.set(participant, sender);
      return sender;
    },
    addAudioSender: ({ participant }): AudioSender => {
      const heard: number[] = [];
      voices.set(participant, heard);
      return {
        participant,
        mid: '1',
        send: ({ sequence }) => heard.push(sequence),
        restart: () => undefined,
        close: () => undefined,
      };
    },
    requestKeyframe: () => {
      somebody.keyframeRequests++;
    },
    stats: () => ({
      bitrateIn: 1,
      bitrateOut: 2,
      lossIn: 0,
      lossOut: 0,
      rttMs: null,
      codecIn: 'vp8',
      estimate: 1,
      refused: 0,
      silentMs: null,
    }),
    close: async () => undefined,
  };
  const session: MediaSession = {
    device: 'webgpu',
    push: ({ frame }) => asked.push(`push ${frame}`),
    switchIdentity: async (identity) => void asked.push(`identity ${identity}`),
    setMotion: () => undefined,
    setOutputs: (codecs) => asked.push(`outputs ${codecs.join('+') || 'none'}`),
    setBitrate: (bitrate) => asked.push(`bitrate ${bitrate}`),
    setPaused: (paused) => asked.push(`paused ${paused}`),
    forceKeyframe: (codec) => asked.push(`keyframe ${codec}`),
    close: () => asked.push('close'),
  };
  const media = new ParticipantMedia({
    id,
    engine: 'warp',
    frameBudget: 1_000 / 30,
    codecs: ['h264', 'vp8'],
    connection,
    cast: { find: (other) => everybody.get(other) },
    clock: () => now,
    events: {
      description: () => undefined,
      candidate: () => undefined,
      avatar: () => undefined,
      stats: (each) => stats.push(each),
      failed: () => undefined,
    },
    observer: {
      cameraFrame: () => undefined,
      avatarFrame: () => undefined,
      dropped: () => undefined,
    },
  });
  everybody.set(id, media);
  const somebody: Somebody = {
    media,
    senders,
    voices,
    asked,
    stats,
    keyframeRequests: 0,
    attach: () => media.attach(session),
  };
  if (attached) media.attach(session);
  return somebody;
}

/** The client's first offer: from then on senders may be added. */
const introduce = ({ media }: Somebody) => media.acceptDescription({ type: 'offer', sdp: 'v=0' });

const rendered = (
  frame: number | null,
  codecs: VideoCodec[],
  identity = 'marlow',
): RenderedFrame => ({
  frame,
  source: 'driven',
  identity,
  outputs: codecs.map((codec) => ({ codec, data: new Uint8Array(1), keyframe: false })),
  stages: {},
  level: 'full',
  levelReason: 'within-budget',
  degraded: false,
});

const camera = (captureTime: number) => ({
  codec: 'vp8' as const,
  data: Buffer.alloc(1),
  keyframe: true,
  rtpTime: 0,
  captureTime,
  receivedAt: captureTime + 5,
});

const settle = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  now = 1_000;
  everybody = new Map();
});

describe("a participant's media", () => {
  it('waits with sections of its own for the first offer of the client', async () => {
    const ann = create('ann');
    ann.media.watch('ann');
    expect(ann.senders.size).toBe(0);
    await introduce(ann);
    expect([...ann.senders.keys()]).toEqual(['ann']);
  });

  it('encodes for each watcher what they negotiated, and nothing for nobody', async () => {
    const [ann, ben, cem] = [create('ann'), create('ben'), create('cem')];
    for (const each of [ann, ben, cem]) await introduce(each);
    ben.media.watch('ann');
    cem.media.watch('ann');
    ben.senders.get('ann')?.negotiate('h264');
    cem.senders.get('ann')?.negotiate('vp8');
    expect(ann.asked.filter((each) => each.startsWith('outputs')).at(-1)).toBe('outputs h264+vp8');
    expect(ann.asked).toContain('keyframe vp8');
    ann.media.rendered(rendered(null, ['h264', 'vp8']));
    expect(ben.senders.get('ann')?.sent.map(({ codec }) => codec)).toEqual(['h264']);
    expect(cem.senders.get('ann')?.sent.map(({ codec }) => codec)).toEqual(['vp8']);
    ben.media.unwatch('ann');
    cem.media.unwatch('ann');
    expect(ann.asked.at(-1)).toBe('outputs none');
    expect(ben.senders.get('ann')?.closed).toBe(true);
  });

  it('gives the avatar frame the time at which its camera frame was captured', async () => {
    const ann = create('ann');
    await introduce(ann);
    ann.media.watch('ann');
    ann.senders.get('ann')?.negotiate('h264');
    ann.media.cameraFrame(camera(990));
    now = 1_020;
    ann.media.rendered(rendered(0, ['h264']));
    expect(ann.senders.get('ann')?.sent).toEqual([{ codec: 'h264', captureTime: 990 }]);
    ann.media.reportStats();
    expect(ann.stats[0]).toMatchObject({ addedLatencyMs: { p50: 25, p95: 25 }, codecOut: 'h264' });
  });

  it('hands no more frames to its worker than a camera sends', async () => {
    const ann = create('ann');
    for (let frame = 0; frame < 1000; frame++) ann.media.cameraFrame(camera(990));
    expect(ann.asked.filter((each) => each.startsWith('push'))).toHaveLength(CAMERA_RATE.burst);
    ann.media.reportStats();
    expect(ann.stats[0]?.drops).toEqual({ 'over-rate': 1000 - CAMERA_RATE.burst });
    expect(ann.keyframeRequests).toBeGreaterThan(0);
  });

  it('encodes at the rate that the slowest watcher can take', async () => {
    const [ann, ben] = [create('ann'), create('ben')];
    await introduce(ann);
    await introduce(ben);
    ann.media.watch('ann');
    ben.media.watch('ann');
    ann.senders.get('ann')?.estimated(2_000_000);
    ben.senders.get('ann')?.estimated(500_000);
    expect(ann.asked.at(-1)).toBe('bitrate 500000');
    ben.media.unwatch('ann');
    expect(ann.asked.at(-1)).toBe('bitrate 2000000');
  });

  it('makes a keyframe where a watcher needs one, and asks the camera where the worker does', async () => {
    const ann = create('ann');
    await introduce(ann);
    ann.media.watch('ann');
    const sender = ann.senders.get('ann');
    sender?.negotiate('vp8');
    sender?.keyframeNeeded();
    expect(ann.asked.at(-1)).toBe('keyframe vp8');
    const before = ann.keyframeRequests;
    ann.media.needKeyframe();
    expect(ann.keyframeRequests).toBe(before + 1);
  });

  it('has switched the identity when a frame of it was sent, not before', async () => {
    const ann = create('ann');
    let switched = false;
    const switching = ann.media.switchIdentity('taro').then(() => {
      switched = true;
    });
    ann.media.rendered(rendered(null, [], 'marlow'));
    await settle();
    expect(switched).toBe(false);
    ann.media.rendered(rendered(null, [], 'taro'));
    await switching;
  });

  it('gives a switch up whose first picture never comes, behind which every other one waited for good', async () => {
    const ann = create('ann');
    const failed = expect(ann.media.switchIdentity('taro')).rejects.toMatchObject({
      code: 'identity_failed',
      value: 'taro',
    });
    await settle();
    now += SHOWN_WITHIN - 1;
    ann.media.rendered(rendered(null, [], 'marlow'));
    ann.media.reportStats();
    now += 1;
    ann.media.reportStats();
    await failed;
    const next = ann.media.switchIdentity('ines');
    await settle();
    ann.media.rendered(rendered(null, [], 'ines'));
    await next;
  });

  it('fails a switch that another overtakes before it was seen', async () => {
    const ann = create('ann');
    const overtaken = expect(ann.media.switchIdentity('taro')).rejects.toMatchObject({
      code: 'identity_failed',
      value: 'taro',
    });
    const next = ann.media.switchIdentity('ines');
    await overtaken;
    ann.media.rendered(rendered(null, [], 'ines'));
    await next;
  });

  it('lets nobody hear who is muted, and pauses a muted camera', async () => {
    const [ann, ben] = [create('ann'), create('ben')];
    await introduce(ben);
    ben.media.watch('ann');
    const packet = (sequence: number) => ({
      data: Buffer.alloc(1),
      sequence,
      rtpTime: 0,
      marker: false,
      captureTime: now,
      receivedAt: now,
    });
    ann.media.voice(packet(1));
    ann.media.setMuted({ audio: true, video: true });
    ann.media.voice(packet(2));
    await settle();
    expect(ann.asked.at(-1)).toBe('paused true');
    ann.media.setMuted({ audio: false, video: false });
    ann.media.voice(packet(3));
    expect(ben.voices.get('ann')).toEqual([1, 3]);
    await ann.media.close();
  });

  it('catches up with what was set while its session was still being opened', async () => {
    const ann = create('ann', { attached: false });
    await introduce(ann);
    ann.media.watch('ann');
    ann.senders.get('ann')?.negotiate('vp8');
    ann.media.setMuted({ audio: false, video: true });
    ann.media.cameraFrame(camera(990));
    const switching = ann.media.switchIdentity('taro');
    await settle();
    expect(ann.asked).toEqual([]);
    ann.attach();
    await settle();
    expect(ann.asked).toEqual(['outputs vp8', 'bitrate 1000000', 'paused true', 'identity taro']);
    ann.media.rendered(rendered(null, [], 'taro'));
    await switching;
  });

  it('tells how many of its frames went without the network’s answer', async () => {
    const ann = create('ann');
    ann.media.rendered({ ...rendered(null, []), degraded: true });
    ann.media.rendered(rendered(null, []));
    ann.media.reportStats();
    expect(ann.stats[0]?.degraded).toBe(1);
  });

  it('is gone for its watchers when it closes', async () => {
    const [ann, ben] = [create('ann'), create('ben')];
    await introduce(ann);
    ann.media.watch('ben');
    ann.senders.get('ben')?.negotiate('h264');
    await ann.media.close();
    expect(ann.senders.get('ben')?.closed).toBe(true);
    expect(ann.asked.at(-1)).toBe('close');
    expect(ben.asked.at(-1)).toBe('outputs none');
  });
});
