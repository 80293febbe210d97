import { createHmac } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { describe, expect, it } from 'vitest';
import { openPeerConnection } from '../../../src/pipeline/accept/peer-connection.io.ts';
import type { IceCandidate } from '../../../src/signaling/protocol.ts';
import { seededRandom } from '../transmit/network-emulator.ts';
import { connect } from './connected-peers.ts';

const keyframe = { codec: 'vp8', data: Buffer.alloc(5000, 0x10), keyframe: true } as const;

describe('PeerConnection', () => {
  it('carries frames from one of us to another', async () => {
    const [server, client] = connect();
    const sender = client.peer.addVideoSender({ participant: 'anna', codecs: ['h264', 'vp8'] });
    const bitrates: number[] = [];
    sender.onBitrate((bitrate) => bitrates.push(bitrate));
    await expect.poll(() => server.peer.connectionState).toBe('connected');
    await expect.poll(() => client.peer.connectionState).toBe('connected');
    expect(sender.codec).toBe('h264');
    expect(bitrates.at(-1)).toBe(1_000_000);
    const idr = Buffer.from([0, 0, 0, 1, 0x67, 1, 0, 0, 0, 1, 0x65, 7, 7]);
    sender.send({ codec: 'h264', data: idr, keyframe: true }, 1000);
    // Of a codec that was not agreed on: dropped, not sent.
    sender.send(keyframe, 1033);
    await expect.poll(() => server.frames.length).toBe(1);
    expect(server.frames[0]).toMatchObject({ codec: 'h264', data: idr, keyframe: true });
    expect([...server.errors, ...client.errors]).toEqual([]);
  });

  it('asks the encoder for a keyframe when the other side does', async () => {
    const [server, client] = connect();
    const sender = client.peer.addVideoSender({ participant: 'anna', codecs: ['vp8'] });
    let asked = 0;
    sender.onKeyframeNeeded(() => {
      asked += 1;
    });
    await expect.poll(() => server.peer.connectionState).toBe('connected');
    await expect.poll(() => client.peer.connectionState).toBe('connected');
    sender.send(keyframe, 1000);
    await expect.poll(() => server.frames.length).toBe(1);
    const before = asked;
    server.peer.requestKeyframe();
    await expect.poll(() => asked).toBe(before + 1);
  });

  it('keeps its own new section apart from one that the other side’s offer adds', async () => {
    const [server, client] = connect({}, true);
    const down = server.peer.addVideoSender({ participant: 'avatar', codecs: ['vp8'] });
    const up = client.peer.addVideoSender({ participant: 'camera', codecs: ['vp8'] });
    await expect.poll(() => down.codec).toBe('vp8');
    await expect.poll(() => up.codec).toBe('vp8');
    expect(down.mid).not.toBe(up.mid);
    await expect.poll(() => client.peer.connectionState).toBe('connected');
    await expect.poll(() => server.peer.connectionState).toBe('connected');
    down.send(keyframe, 1000);
    up.send(keyframe, 1000);
    await expect.poll(() => [server.frames.length, client.frames.length]).toEqual([1, 1]);
    expect([...server.errors, ...client.errors]).toEqual([]);
  });

  it('keeps candidates that come before the description, and no flood of them', async () => {
    const [server] = connect();
    const candidate = { candidate: 'candidate:1 1 udp 1 127.0.0.1 9 typ host', sdpMid: '0' };
    for (let i = 0; i < 64; i += 1) await server.peer.addIceCandidate(candidate);
    await expect(server.peer.addIceCandidate(candidate)).rejects.toMatchObject({
      code: 'invalid_description',
      valid: 64,
    });
  });

  it('offers only the addresses and ports that it was told to', async () => {
    const [server, client] = connect({
      hosts: ['127.0.0.1'],
      announced: ['203.0.113.7'],
      ports: [47_000, 47_050],
    });
    client.peer.addAudioSender({ participant: 'anna' });
    await expect.poll(() => server.candidates.length).toBeGreaterThanOrEqual(2);
    for (const candidate of [...server.candidates, ...client.candidates].filter((c) => c !== '')) {
      const [, , , , address, port, , type] = candidate.split(' ');
      expect(address).toBe('203.0.113.7');
      expect(Number(port)).toBeGreaterThanOrEqual(47_000);
      expect(Number(port)).toBeLessThanOrEqual(47_050);
      expect(type).toBe('host');
    }
    expect(server.candidates.at(-1)).toBe('');
  });

  it('answers a STUN binding request only where it proves the password', async () => {
    const [server, client] = connect();
    client.peer.addAudioSender({ participant: 'anna' });
    await expect.poll(() => server.peer.connectionState).toBe('connected');
    const { sdp } = await server.peer.createOffer();
    const username = /a=ice-ufrag:(\S+)/.exec(sdp!)![1]!;
    const password = /a=ice-pwd:(\S+)/.exec(sdp!)![1]!;
    const port = Number(server.candidates[0]!.split(' ')[5]);
    const socket = createSocket('udp4');
    const answers: Buffer[] = [];
    socket.on('message', (message) => {
      // Asks back, once convinced: that is no answer.
      if (message.readUInt16BE(0) !== BINDING_REQUEST) answers.push(message);
    });
    // Answered in the order they come in: what had been answered before would stand before.
    for (const [i, key] of [undefined, 'wrong password, wrong', password].entries())
      socket.send(bindingRequest(`${username}:evil`, key, i), port, '127.0.0.1');
    await expect.poll(() => answers.length).toBeGreaterThan(0);
    socket.close();
    const told = answers.map((answer) => [answer.readUInt16BE(0), answer[TRANSACTION]]);
    expect(told).toEqual([[0x0101, 2]]);
    expect(server.peer.connectionState).toBe('connected');
  });

  it('is not impressed by garbage on its port', async () => {
    const [server, client] = connect();
    const sender = client.peer.addVideoSender({ participant: 'anna', codecs: ['vp8'] });
    await expect.poll(() => server.candidates.length).toBeGreaterThan(0);
    const port = Number(server.candidates[0]!.split(' ')[5]);
    const random = seededRandom(1);
    const socket = createSocket('udp4');
    const flood = () => {
      for (let i = 0; i < 400; i += 1) {
        const data = Buffer.from(Array.from({ length: 1 + random() * 200 }, () => random() * 256));
        // STUN, DTLS, and RTP by their first bytes, and everything else.
        if (i % 4 < 3) data[0] = [0, 22, 144][i % 4]!;
        socket.send(data, port, '127.0.0.1');
      }
    };
    flood();
    await expect.poll(() => server.peer.connectionState).toBe('connected');
    await expect.poll(() => client.peer.connectionState).toBe('connected');
    flood();
    sender.send(keyframe, 1000);
    await expect.poll(() => server.frames.length).toBe(1);
    expect(server.peer.stats().refused).toBeGreaterThan(0);
    socket.close();
  });

  it('waits for checks from an address that nobody named, also after the end of candidates', async () => {
    const { server, client, told, states } = hiddenClient();
    const offer = await client.setLocalDescription();
    // Firefox ends its candidates in the description itself, once it has them all.
    const ended = offer.sdp!.replace(/^a=mid:.*$/gm, '$&\r\na=end-of-candidates');
    expect(ended).not.toBe(offer.sdp);
    await server.setRemoteDescription({ type: 'offer', sdp: ended });
    await client.setRemoteDescription(await server.setLocalDescription());
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(states).toEqual(['client connecting', 'server connecting']);
    for (const candidate of told) await client.addIceCandidate(candidate);
    await expect.poll(() => server.connectionState).toBe('connected');
    await Promise.all([server.close(), client.close()]);
  });

  it('leaves control of ICE to who made the first offer, also when it makes the next one at once', async () => {
    const { server, client, told } = hiddenClient();
    await server.setRemoteDescription(await client.setLocalDescription());
    await client.setRemoteDescription(await server.setLocalDescription());
    server.addVideoSender({ participant: 'avatar', codecs: ['vp8'] });
    const { sdp } = await server.setLocalDescription();
    await expect.poll(() => told.length).toBeGreaterThan(0);
    const port = Number(told[0]!.candidate.split(' ')[5]);
    const username = /a=ice-ufrag:(\S+)/.exec(sdp!)![1]!;
    const password = /a=ice-pwd:(\S+)/.exec(sdp!)![1]!;
    const socket = createSocket('udp4');
    const answers: number[] = [];
    socket.on('message', (message) => answers.push(message.readUInt16BE(0)));
    // As the one in control; "role conflict" is an error, and Firefox ends its checks with it.
    socket.send(bindingRequest(`${username}:any`, password, 1), port, '127.0.0.1');
    await expect.poll(() => answers.filter((type) => type !== BINDING_REQUEST)).toEqual([0x0101]);
    socket.close();
    await Promise.all([server.close(), client.close()]);
  });

  it('survives candidates that no packet can be sent to', async () => {
    const [server, client] = connect();
    client.peer.addAudioSender({ participant: 'anna' });
    await expect.poll(() => server.peer.connectionState).toBe('connected');
    for (const address of ['255.255.255.255', '0.0.0.0', '240.0.0.1', 'printer.local', '::1']) {
      await server.peer.addIceCandidate({
        candidate: `candidate:1 1 udp 2122260223 ${address} 9 typ host`,
        sdpMid: '0av',
        sdpMLineIndex: 0,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(server.peer.connectionState).toBe('connected');
  });

  it('translates what is wrong with a description', async () => {
    const [server] = connect();
    const refused = { code: 'invalid_description' };
    await expect(
      server.peer.setRemoteDescription({ type: 'offer', sdp: 'v=0\r\nm=nonsense' }),
    ).rejects.toMatchObject(refused);
    await expect(
      server.peer.setRemoteDescription({ type: 'answer', sdp: 'v=0\r\n' }),
    ).rejects.toMatchObject(refused);
    const sdp = `v=0\r\n${'m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n'.repeat(65)}`;
    await expect(server.peer.setRemoteDescription({ type: 'offer', sdp })).rejects.toMatchObject({
      ...refused,
      value: 65,
      valid: 64,
    });
    expect(server.peer.signalingState).toBe('stable');
  });
});

/** A server and a client whose addresses the server is never told (mDNS); the client's voice is on offer. */
function hiddenClient() {
  const states: string[] = [];
  const told: IceCandidate[] = [];
  const side = (name: string) =>
    openPeerConnection(
      {
        videoFrame: () => undefined,
        audioPacket: () => undefined,
        negotiationNeeded: () => undefined,
        candidate: (candidate) => {
          if (name === 'server') told.push(candidate);
        },
        connectionState: (state) => states.push(`${name} ${state}`),
      },
      { hosts: ['127.0.0.1'] },
    );
  const [server, client] = [side('server'), side('client')];
  client.addAudioSender({ participant: 'anna' });
  return { server, client, told, states };
}

/** RFC 8489: USERNAME, and MESSAGE-INTEGRITY under the key where there is one. */
const BINDING_REQUEST = 0x0001;
/** Where in a STUN message the number of its request stands (RFC 8489 §5). */
const TRANSACTION = 8;

function bindingRequest(username: string, key: string | undefined, transaction: number): Buffer {
  const name = Buffer.alloc(Math.ceil(username.length / 4) * 4);
  name.write(username);
  const attribute = (type: number, length: number, value: Buffer) => {
    const head = Buffer.alloc(4);
    head.writeUInt16BE(type, 0);
    head.writeUInt16BE(length, 2);
    return Buffer.concat([head, value]);
  };
  const priority = Buffer.alloc(4, 1);
  const tieBreaker = Buffer.alloc(8, 1);
  const attributes = [
    attribute(0x0006, username.length, name),
    attribute(0x0024, 4, priority),
    attribute(0x802a, 8, tieBreaker),
  ];
  const header = Buffer.alloc(20, transaction);
  header.writeUInt16BE(BINDING_REQUEST, 0);
  header.writeUInt32BE(0x2112a442, 4);
  const body = Buffer.concat(attributes);
  header.writeUInt16BE(body.length + (key === undefined ? 0 : 24), 2);
  const message = Buffer.concat([header, body]);
  if (key === undefined) return message;
  const mac = createHmac('sha1', key).update(message).digest();
  return Buffer.concat([message, attribute(0x0008, 20, mac)]);
}
