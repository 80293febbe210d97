import { createSecretKey, type KeyObject } from 'node:crypto';
import { type Milli, monotonicClock } from '../../time.ts';
import { InboundLimit } from './inbound-limit.ts';
import { SrtpIndex } from './srtp-index.ts';
import { SrtpRollover } from './srtp-rollover.ts';
import type { RTCDtlsTransport } from './werift.io.ts';

/** SSRCs a peer may use at once: camera, microphone, their retransmissions, and their successors. */
const MAX_INBOUND_SSRCS = 32;

export interface MediaSink {
  /** @param data a decrypted RTP packet; @param at when its datagram came in. */
  rtp(data: Buffer, at: Milli): void;
  rtcp(data: Buffer, at: Milli): void;
}

/** The parts of werift's SRTP that take the rollover count from outside. */
interface RtpCipher {
  decryptRtp(data: Buffer, rollover: number): readonly [Buffer, unknown];
  encryptRtp(header: SerializedHeader, payload: Buffer, rollover: number): Buffer;
}

/** werift's session keys, AES and, where a profile has one, HMAC. */
const KEYS = [
  'srtpSessionKey',
  'srtpSessionAuthTag',
  'srtcpSessionKey',
  'srtcpSessionAuthTag',
] as const;
type SessionKeys = { -readonly [K in (typeof KEYS)[number]]?: Buffer | KeyObject };

interface SerializedHeader {
  readonly ssrc: number;
  readonly sequenceNumber: number;
  readonly serializeSize: number;
  serialize(): Buffer;
}

/**
 * SRTP of one transport, in place of werift's own handling: the inbound limit comes before any
 * cryptography, the index survives outages, a packet that fails is dropped and never thrown.
 */
export class MediaTransport {
  readonly #dtls: RTCDtlsTransport;
  readonly #sink: MediaSink;
  readonly #limit = new InboundLimit();
  readonly #inbound = new Map<number, SrtpIndex>();
  readonly #outbound = new Map<number, SrtpRollover>();
  #receive: RtpCipher | undefined;
  #send: RtpCipher | undefined;
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
    const serialized: SerializedHeader = {
      ssrc,
      sequenceNumber: sequence,
      serializeSize: header.length,
      serialize: () => header,
    };
    this.#datagram(this.#send.encryptRtp(serialized, payload, rollover));
  }

  sendRtcp(packets: readonly Buffer[]): void {
    if (!this.#send || packets.length === 0) return;
    this.#datagram(this.#dtls.srtcp.encrypt(Buffer.concat(packets)));
  }

  #datagram(data: Buffer): void {
    this.#dtls.bytesSent += data.length;
    this.#dtls.packetsSent += 1;
    // A datagram that finds no path is lost like any other.
    this.#dtls.iceTransport.connection.send(data).catch(() => undefined);
  }

  #start(): void {
    if (this.#dtls.srtpStarted) return;
    this.#dtls.srtpStarted = true;
    this.#dtls.updateSrtpSession();
    const { localContext, remoteContext } = this.#dtls.srtp;
    for (const context of [this.#dtls.srtp, this.#dtls.srtcp])
      for (const { cipher } of [context.localContext, context.remoteContext])
        importKeys(cipher as unknown as SessionKeys);
    this.#send = localContext.cipher as unknown as RtpCipher;
    this.#receive = remoteContext.cipher as unknown as RtpCipher;
    this.#dtls.iceTransport.connection.onData.subscribe((data) => this.#onData(data));
  }

  #onData(data: Buffer): void {
    // RFC 7983: the first byte tells RTP and RTCP from DTLS and STUN.
    if (data.length < 12 || data[0]! < 128 || data[0]! > 191) return;
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
    let plain: Buffer;
    try {
      [plain] = this.#receive.decryptRtp(data, rollover);
    } catch {
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

/** Imported once, not for every packet: from raw bytes that alone takes twice as long as the rest. */
function importKeys(keys: SessionKeys): void {
  for (const name of KEYS) {
    const key = keys[name];
    if (key instanceof Buffer) keys[name] = createSecretKey(key);
  }
}
