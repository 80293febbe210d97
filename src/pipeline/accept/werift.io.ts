import { isIP } from 'node:net';
import {
  type Connection,
  type RTCDtlsTransport,
  RTCPeerConnection,
  RTCRtpCodecParameters,
  RTCRtpHeaderExtensionParameters,
  type RTCRtpTransceiver,
  StunProtocol,
} from 'werift';
import { patientRequest } from './consent-check.ts';
import { verifyStunIntegrity } from './stun-integrity.ts';
import { UdpSocket } from './udp-socket.io.ts';

export type { RTCDtlsTransport, RTCPeerConnection, RTCRtpTransceiver };
/**
 * The one importer of werift, which does ICE, DTLS, SRTP keys and SDP. What it leaves open towards
 * a hostile or unlucky peer is closed here, per connection, before its first packet.
 */
export { RTCRtpCodecParameters, RTCRtpHeaderExtensionParameters };

export interface IceOptions {
  /** Local addresses to bind and offer; undefined means every non-internal one. */
  readonly hosts: readonly string[] | undefined;
  /** Public addresses of a 1:1 NAT, offered in place of the local ones on the same ports. */
  readonly announced: readonly string[];
  readonly ports: readonly [low: number, high: number] | undefined;
  readonly stun: boolean;
}

/** werift's own parts that have no public door. */
interface PeerInternals {
  createDtlsTransport(options?: object): RTCDtlsTransport;
  needNegotiation(): void;
  readonly sdpManager: { midSuffix: boolean };
}

interface ConnectionInternals {
  stunServer: unknown;
  readonly userHistory: Record<string, string>;
  readonly protocols: readonly { readonly localIp?: string }[];
  readonly generation: number;
  getCandidatePromises(addresses: string[], timeout?: number): Promise<unknown>[];
  ensureProtocol(protocol: StunProtocol): void;
  /** Whether the other side still consents. */
  canSendApplicationData(): boolean;
}

interface TransportInternals {
  readonly iceGather: { onIceCandidate(candidate: unknown): void };
}

/** More remote candidates than any client has; each costs checks sent to an address of its choice. */
const MAX_REMOTE_CANDIDATES = 32;

export function createPeer(
  config: ConstructorParameters<typeof RTCPeerConnection>[0],
  ice: IceOptions,
  onTransport: (transport: RTCDtlsTransport) => void,
): RTCPeerConnection {
  const peer = new RTCPeerConnection(config);
  const internals = peer as unknown as PeerInternals;
  // Sections that both sides add at once must not choose the same mid.
  internals.sdpManager.midSuffix = true;
  const create = internals.createDtlsTransport.bind(peer);
  internals.createDtlsTransport = (options) => {
    const transport = create(options);
    hardenIce(transport, ice);
    keepRole(transport.iceTransport.connection as Connection, peer);
    onTransport(transport);
    return transport;
  };
  return peer;
}

/** Marks a change that only a new offer can tell the other side. */
export function needNegotiation(peer: RTCPeerConnection): void {
  (peer as unknown as PeerInternals).needNegotiation();
}

/**
 * Gives a section's sender another identity on the wire. Audio and video of one stream id are one
 * stream to the browser, which keeps them in step.
 */
export function renewSender(
  transceiver: RTCRtpTransceiver,
  streamId: string,
  identity: { readonly ssrc: number; readonly rtxSsrc: number; readonly trackId: string },
): void {
  Object.assign(transceiver.sender, identity);
  transceiver.sender.streamIds = [streamId];
}

/**
 * Hands on what comes in on a transport and is SRTP or SRTCP. From our own sockets it comes at once: werift
 * would take every such datagram for a STUN message first.
 */
export function receiveMedia(transport: RTCDtlsTransport, listener: MediaListener): void {
  const connection = transport.iceTransport.connection as Connection;
  mediaListeners.set(connection, listener);
  // What a relay of ours passes on comes this way.
  connection.onData.subscribe((data) => {
    if (isMedia(data)) listener(data);
  });
}

/** Sends over the path that was chosen; a datagram that finds none is lost like any other. */
export function sendMedia(transport: RTCDtlsTransport, data: Buffer): void {
  const connection = transport.iceTransport.connection as Connection;
  const path = connection.nominated;
  const socket = path && ownSockets.get(path.protocol);
  if (!socket) connection.send(data).catch(() => undefined);
  else if ((connection as unknown as ConnectionInternals).canSendApplicationData())
    socket.post(data, path.remoteAddr);
}

type MediaListener = (data: Buffer) => void;
const mediaListeners = new WeakMap<Connection, MediaListener>();
/** By the protocol object that werift knows them by. */
const ownSockets = new WeakMap<object, UdpSocket>();

/** RFC 7983: the first byte tells RTP and RTCP from DTLS and STUN. */
function isMedia(data: Buffer): boolean {
  return data[0]! >= 128 && data[0]! <= 191;
}

function hardenIce(transport: RTCDtlsTransport, options: IceOptions): void {
  const ice = transport.iceTransport;
  const connection = ice.connection as Connection;
  const internals = connection as unknown as ConnectionInternals;
  // Without a configured server werift asks a public one.
  if (!options.stun) internals.stunServer = undefined;
  const gather = internals.getCandidatePromises.bind(connection);
  let stunAnswers: Promise<unknown> = Promise.resolve();
  internals.getCandidatePromises = (addresses, timeout) => {
    const local = options.hosts ? [...options.hosts] : addresses;
    const wanted = options.announced.length > 0 ? [...options.announced] : local;
    const isNew = (host: string) => internals.protocols.every(({ localIp }) => localIp !== host);
    // One for each new address, then one each for what STUN says of it, then TURN's.
    const hosts = wanted.filter(isNew).length;
    const promises = gather(wanted, timeout);
    const stun = promises.splice(hosts, internals.stunServer ? hosts : 0);
    stunAnswers = Promise.allSettled(stun);
    return promises;
  };
  // werift begins to check paths when all that it waits for is there: a STUN server that does not
  // answer would cost every connection five seconds. What it says comes after, and ends the candidates.
  const { iceGather: gatherer } = ice as unknown as TransportInternals;
  const tell = gatherer.onIceCandidate;
  gatherer.onIceCandidate = (candidate) => {
    if (candidate) tell(candidate);
    else void stunAnswers.then(() => tell(undefined));
  };
  const ensure = internals.ensureProtocol.bind(connection);
  internals.ensureProtocol = (protocol) => {
    if (protocol instanceof StunProtocol) bindOwnSocket(protocol, options, connection);
    verifyRequests(protocol, internals, connection);
    waitForConsent(protocol);
    ensure(protocol);
  };
  const addCandidate = connection.addRemoteCandidate.bind(connection);
  connection.addRemoteCandidate = async (candidate) => {
    // An end of candidates, which a description may carry too (Firefox's do), would end the checks of
    // those that there are: one whose address only shows in its own checks may still come (RFC 8863).
    if (!candidate) return;
    // Names would be looked up at a peer's wish (mDNS ones by multicast); checks from such a
    // candidate reach us all the same, and then its address is known.
    if (isIP(candidate.host) === 0 || candidate.port < 1) return;
    if (connection.remoteCandidates.length >= MAX_REMOTE_CANDIDATES) return;
    return addCandidate(candidate);
  };
  const setRemote = ice.setRemoteParams.bind(ice);
  // With an inactive section werift takes a restart for a renomination and keeps its credentials.
  ice.setRemoteParams = (parameters) => setRemote(parameters, false);
}

/**
 * Whoever made the first offer controls an ICE session, until ICE restarts (RFC 8445 §6.1.1, RFC 8839 §4.4.2).
 * werift takes the role of each description, while no path is chosen yet: with an offer of ours right after
 * our answer both sides would control, which Firefox does not find its way out of.
 */
function keepRole(connection: Connection, peer: RTCPeerConnection): void {
  const internals = connection as unknown as ConnectionInternals;
  let settled: number | undefined;
  let state = peer.signalingState;
  peer.signalingStateChange.subscribe((next) => {
    const answered = state === 'have-local-offer' && next === 'stable';
    // An offer that was rolled back has no credentials from the other side.
    if (answered && connection.remoteUsername !== '') settled = internals.generation;
    state = next;
  });
  const base = Object.getPrototypeOf(connection) as Connection;
  Object.defineProperty(connection, 'iceControlling', {
    get: () => Reflect.get(base, 'iceControlling', connection),
    set: (value: boolean) => {
      if (settled === internals.generation) return;
      Reflect.set(base, 'iceControlling', value, connection);
      // Taken with an answer of ours, which is the end of its negotiation.
      if (state === 'stable') settled = internals.generation;
    },
  });
}

function bindOwnSocket(protocol: StunProtocol, options: IceOptions, connection: Connection): void {
  protocol.connectionMade = async (ipv4) => {
    const any = ipv4 ? '0.0.0.0' : '::';
    const bound = options.hosts?.filter((host) => (isIP(host) === 4) === ipv4) ?? [];
    const host = bound.length === 1 ? bound[0]! : any;
    const socket = await UdpSocket.open(host, ipv4 ? 4 : 6, options.ports);
    ownSockets.set(protocol, socket);
    socket.onData = (data, from) => {
      const listener = isMedia(data) ? mediaListeners.get(connection) : undefined;
      if (listener) listener(data);
      else
        (
          protocol as unknown as { datagramReceived(data: Buffer, from: unknown): void }
        ).datagramReceived(data, from);
    };
    protocol.transport = socket as unknown as StunProtocol['transport'];
  };
}

/** An answer to a consent check that comes late is consent all the same. */
function waitForConsent(protocol: StunProtocol): void {
  const request = protocol.request.bind(protocol);
  protocol.request = (message, address, key, options, onSent) =>
    request(message, address, key, patientRequest(options), onSent);
}

/** RFC 8445 §7.3: a binding request that does not prove the password must change nothing. */
function verifyRequests(
  protocol: StunProtocol,
  internals: ConnectionInternals,
  connection: Connection,
): void {
  const deliver = protocol.onRequestReceived.execute;
  protocol.onRequestReceived.execute = (message, from, data) => {
    const username = String(message.getAttributeValue('USERNAME') ?? '');
    const local = username.split(':')[0]!;
    const password = Object.hasOwn(internals.userHistory, local)
      ? internals.userHistory[local]!
      : connection.localPassword;
    if (data && verifyStunIntegrity(data, password)) deliver(message, from, data);
  };
}
