import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright-core';
import { WebSocketServer } from 'ws';
import { findChromium } from '../../../src/commands/doctor/chromium.io.ts';
import {
  openPeerConnection,
  type PeerConnection,
  type PeerConnectionEvents,
  type PeerConnectionOptions,
} from '../../../src/pipeline/accept/peer-connection.io.ts';
import { Negotiator } from '../../../src/signaling/negotiator.ts';

/** A real Chromium against the real transport: the one client that every user has. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium()!,
    args: [
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      '--disable-features=WebRtcHideLocalIpsWithMdns',
      '--autoplay-policy=no-user-gesture-required',
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  });
}

/** The page's side: perfect negotiation, polite, as the W3C writes it. */
const PAGE = `<!doctype html><title>echo</title><script>
window.tracks = [];
window.log = [];
window.connect = async ({ codec, width, fps, audio, maxBitrate }) => {
  const ws = new WebSocket('ws://' + location.host + '/');
  await new Promise((resolve) => { ws.onopen = resolve; });
  const pc = window.pc = new RTCPeerConnection();
  // While held, nothing goes out and nothing that comes in is looked at: offers cross.
  let held = false;
  let outbox = [];
  let inbox = [];
  window.hold = () => { held = true; };
  window.release = () => {
    held = false;
    for (const message of outbox.splice(0)) send(message);
    for (const event of inbox.splice(0)) receive(event);
  };
  const send = (message) => held ? outbox.push(message) : ws.send(JSON.stringify(message));
  let making = false;
  pc.onnegotiationneeded = async () => {
    try { making = true; await pc.setLocalDescription(); send({ description: pc.localDescription }); }
    catch (error) { log.push('offer: ' + error); }
    finally { making = false; }
  };
  pc.onicecandidate = ({ candidate }) =>
    send({ candidate: candidate ? candidate.toJSON() : { candidate: '' } });
  ws.onmessage = (event) => held ? inbox.push(event) : receive(event);
  const receive = async ({ data }) => {
    const { description, candidate } = JSON.parse(data);
    try {
      if (description) {
        if (description.type === 'offer' && pc.signalingState !== 'stable') window.rollbacks = (window.rollbacks || 0) + 1;
        await pc.setRemoteDescription(description);
        if (description.type === 'offer') {
          await pc.setLocalDescription();
          send({ description: pc.localDescription });
        }
      } else if (candidate && candidate.candidate) await pc.addIceCandidate(candidate);
    } catch (error) { log.push('message: ' + error + ' ' + data.slice(0, 200)); }
  };
  pc.ontrack = ({ track, streams, transceiver }) => {
    const entry = { kind: track.kind, mid: transceiver.mid, stream: streams[0] && streams[0].id };
    tracks.push(entry);
    if (track.kind !== 'video') {
      const sound = new Audio();
      sound.srcObject = new MediaStream([track]);
      sound.play();
      return;
    }
    const video = document.createElement('video');
    video.muted = true; video.autoplay = true; video.playsInline = true;
    video.srcObject = new MediaStream([track]);
    document.body.append(video);
    const count = (_, meta) => {
      entry.frames = (entry.frames || 0) + 1;
      entry.size = meta.width + 'x' + meta.height;
      const now = performance.now();
      if (entry.last && now - entry.last > 300) entry.freezes = (entry.freezes || 0) + 1;
      entry.last = now;
      if (meta.captureTime && meta.receiveTime) (entry.latencies ||= []).push(now - meta.captureTime);
      video.requestVideoFrameCallback(count);
    };
    video.requestVideoFrameCallback(count);
  };
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { width, height: width, frameRate: fps }, audio: !!audio });
  for (const track of stream.getTracks()) {
    const transceiver = pc.addTransceiver(track, { direction: 'sendonly', streams: [stream],
      ...(track.kind === 'video' && maxBitrate ? { sendEncodings: [{ maxBitrate }] } : {}) });
    if (track.kind === 'video') {
      const all = RTCRtpReceiver.getCapabilities('video').codecs;
      const name = 'video/' + codec;
      transceiver.setCodecPreferences(all.filter((c) =>
        c.mimeType.toLowerCase() === name || c.mimeType === 'video/rtx'));
    }
  }
};
window.stats = async () => Object.fromEntries([...(await pc.getStats()).entries()]);
</script>`;

export interface EchoServer {
  readonly url: string;
  /** The connection of the page that came last. */
  readonly peer: PeerConnection;
  readonly negotiator: Negotiator;
  readonly errors: unknown[];
  close(): Promise<void>;
}

/** A page, its WebSocket, and a peer connection for each page that comes. */
export async function openEchoServer(options: {
  peer?: PeerConnectionOptions;
  events(peer: () => PeerConnection): Partial<PeerConnectionEvents>;
  /** Changes candidates on their way to the page, as a relay needs it. */
  candidate?(candidate: {
    candidate: string;
  }): Promise<{ candidate: string }> | { candidate: string };
  /** Keeps the page's candidates from the server, so that only the relay's path is there. */
  hideClient?: boolean;
}): Promise<EchoServer> {
  const http = createServer((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(PAGE);
  });
  const sockets = new WebSocketServer({ server: http });
  const errors: unknown[] = [];
  const peers: PeerConnection[] = [];
  let current: { peer: PeerConnection; negotiator: Negotiator } | undefined;
  sockets.on('connection', (socket) => {
    const send = (message: unknown) => socket.send(JSON.stringify(message));
    const peer: PeerConnection = openPeerConnection(
      {
        videoFrame: () => undefined,
        audioPacket: () => undefined,
        connectionState: () => undefined,
        ...options.events(() => peer),
        negotiationNeeded: () => negotiator.negotiationNeeded(),
        candidate: (candidate) => {
          Promise.resolve(options.candidate?.(candidate) ?? candidate).then(
            (changed) => send({ candidate: changed }),
            (error: unknown) => errors.push(error),
          );
        },
      },
      { hosts: ['127.0.0.1'], ...options.peer },
    );
    const negotiator: Negotiator = new Negotiator({
      peer,
      polite: false,
      waitsForOffer: true,
      send: (description) => send({ description }),
      failed: (reason) => errors.push(reason),
    });
    peers.push(peer);
    current = { peer, negotiator };
    socket.on('message', (data) => {
      const message = JSON.parse(String(data));
      if (options.hideClient && message.candidate) return;
      const done = message.description
        ? negotiator.description(message.description)
        : negotiator.candidate(message.candidate);
      done.catch((error: unknown) => errors.push(error));
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/`,
    get peer() {
      return current!.peer;
    },
    get negotiator() {
      return current!.negotiator;
    },
    errors,
    close: async () => {
      await Promise.all(peers.map((peer) => peer.close()));
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

/** Waits until the page says so. */
export async function eventually(page: Page, condition: string, timeout = 15_000): Promise<void> {
  await page.waitForFunction(condition, undefined, { timeout, polling: 100 });
}
