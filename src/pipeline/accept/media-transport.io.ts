import { createSecretKey, type KeyObject } from 'node:crypto';
import { type Milli, monotonicClock } from '../../time.ts';
import { InboundLimit, TRANSPORT_RATE } from './inbound-limit.ts';
import { type SrtpCipher, srtpCipher } from './srtp-cipher.ts';
import { SrtpIndex } from './srtp-index.ts';
import { SrtpRollover } from './srtp-rollover.ts';
import { type RTCDtlsTransport, receiveMedia, sendMedia } from './werift.io.ts';

/** SSRCs a peer may use at once: camera, microphone, their retransmissions, and their successors. */
const MAX_INBOUND_SSRCS = 32;

export interface MediaSink {
  /** @param data a decrypted RTP packet; @param at when its datagram came in. */
  rtp(data: Buffer, at: Milli): void;
  rtcp(data: Buffer, at: Milli): void;
}

/** What werift derived for one direction: AES keys and, where the profile has them, HMAC's. */
interface SessionKeys {
  readonly srtpSessionKey: Buffer;
  readonly srtpSessionSalt: Buffer;
  readonly srtpSessionAuthTag?: Buffer;
  srtcpSessionKey: Buffer | KeyObject;
  srtcpSessionAuthTag?: Buffer | KeyObject;
}

/**
 * SRTP of one transport, in place of werift's own handling: the inbound limit comes before any
 * cryptography, the index survives outages, a packet that fails is dropped and never thrown.
 */
export class MediaTransport {
  readonly #dtls: RTCDtlsTransport;
  readonly #sink: MediaSink;
  readonly #limit = new InboundLimit(TRANSPORT_RATE);
  readonly #inbound = new Map<number, SrtpIndex>();
  readonly #outbound = new Map<number, SrtpRollover>();
  #receive: SrtpCipher | undefined;
  #send: SrtpCipher | undefined;
  #dropped = 0;

  constructor(dtls: RTCDtlsTransport, sink: MediaSink) {
    this.#dtls = dtls;
    this.#sink = sink;
    dtls.startSrtp = () => this.#start();
  }

  /** Inbound packets that were refused: over the limit, forged, replayed. */
  get dropped(): number {
    return this.#dropped + this.#limit.refused;
  }

  get ready(): boolean {
    return this.#send !== undefined && this.#dtls.state === 'connected';
  }

  /** Bytes sent and received, as datagram payloads. */
  get traffic(): { sent: number; received: number } {
    return { sent: this.#dtls.bytesSent, received: this.#dtls.bytesReceived };
  }

  sendRtp(header: Buffer, payload: Buffer, ssrc: number, sequence: number): void {
    if (!this.#send) return;
    let count = this.#outbound.get(ssrc);
    if (!count) {
      count = new SrtpRollover();
      this.#outbound.set(ssrc, count);
    }
    const rollover = count.of(sequence);
    this.#datagram(this.#send.seal(header, payload, { ssrc, sequence, rollover }));
  }

  sendRtcp(packets: readonly Buffer[]): void {
    if (!this.#send || packets.length === 0) return;
    this.#datagram(this.#dtls.srtcp.encrypt(Buffer.concat(packets)));
  }

  #datagram(data: Buffer): void {
    this.#dtls.bytesSent += data.length;
    this.#dtls.packetsSent += 1;
    sendMedia(this.#dtls, data);
  }

  #start(): void {
    if (this.#dtls.srtpStarted) return;
    this.#dtls.srtpStarted = true;
    this.#dtls.updateSrtpSession();
    const { srtp, srtcp } = this.#dtls;
    const keysOf = ({ cipher }: { cipher: object }) => cipher as SessionKeys;
    for (const context of [srtcp.localContext, srtcp.remoteContext]) importKeys(keysOf(context));
    this.#send = cipherWith(keysOf(srtp.localContext));
    this.#receive = cipherWith(keysOf(srtp.remoteContext));
    receiveMedia(this.#dtls, (data) => this.#onData(data));
  }

  #onData(data: Buffer): void {
    if (data.length < 12) return;
    const at = monotonicClock();
    if (!this.#limit.admit(data.length, at)) return;
    this.#dtls.bytesReceived += data.length;
    this.#dtls.packetsReceived += 1;
    // RFC 5761 §4: RTCP packet types 192–223 stand where RTP has marker and payload type.
    const type = data[1]!;
    if (type >= 192 && type <= 223) this.#onRtcp(data, at);
    else this.#onRtp(data, at);
  }

  #onRtcp(data: Buffer, at: Milli): void {
    let plain: Buffer;
    try {
      plain = this.#dtls.srtcp.decrypt(data);
    } catch {
      this.#dropped += 1;
      return;
    }
    this.#sink.rtcp(plain, at);
  }

  #onRtp(data: Buffer, at: Milli): void {
    const sequence = data.readUInt16BE(2);
    const ssrc = data.readUInt32BE(8);
    const known = this.#inbound.get(ssrc);
    const index = known ?? new SrtpIndex();
    const rollover = index.estimate(sequence);
    if (rollover === undefined || !this.#receive) {
      this.#dropped += 1;
      return;
    }
    const plain = this.#receive.open(data, { ssrc, sequence, rollover });
    if (!plain) {
      this.#dropped += 1;
      return;
    }
    index.accept(sequence);
    if (!known) {
      if (this.#inbound.size >= MAX_INBOUND_SSRCS) {
        this.#inbound.delete(this.#inbound.keys().next().value!);
      }
      this.#inbound.set(ssrc, index);
    }
    this.#sink.rtp(plain, at);
  }

  /** A stream that ended must not keep its state for the length of the call. */
  forget(ssrc: number): void {
    this.#outbound.delete(ssrc);
  }
}

function cipherWith(keys: SessionKeys): SrtpCipher {
  const { srtpSessionKey, srtpSessionSalt, srtpSessionAuthTag } = keys;
  return srtpCipher({
    encryption: createSecretKey(srtpSessionKey),
    salt: srtpSessionSalt,
    authentication: srtpSessionAuthTag && createSecretKey(srtpSessionAuthTag),
  });
}

/** Imported once, not for every packet: from raw bytes that alone takes twice as long as the rest. */
function importKeys(keys: SessionKeys): void {
  for (const name of ['srtcpSessionKey', 'srtcpSessionAuthTag'] as const) {
    const key = keys[name];
    if (key instanceof Buffer) keys[name] = createSecretKey(key);
  }
}
