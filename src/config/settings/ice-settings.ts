import { isIP } from 'node:net';
import { duration, type Kind, list, orWord, portRange, text } from '../kind.ts';
import { setting } from '../setting.ts';

const address: Kind<string> = {
  valid: 'an IP address',
  parse: (written) => (isIP(written) === 0 ? undefined : written),
  format: String,
};
const stunUrl = iceUrl(
  /^stuns?:(?:\[[0-9a-f:.]+\]|[^\s,:?]+)(?::(\d+))?$/i,
  'a URL such as stun:stun.example:3478',
);
const turnUrl = iceUrl(
  /^turns?:(?:\[[0-9a-f:.]+\]|[^\s,:?]+)(?::(\d+))?(?:\?transport=(?:udp|tcp))?$/i,
  'a URL such as turn:turn.example:3478?transport=udp or turns:turn.example:443',
);
const word = text(/^\S+$/, 'text without spaces');

/** How media finds its way through firewalls and address translation. */
export const ICE_SETTINGS = {
  stunUrls: setting({
    group: 'ICE',
    kind: list(stunUrl),
    default: [],
    env: 'UNDERSTUDY_STUN_URLS',
    help: 'STUN servers for the clients; the server itself asks the first of them.',
  }),
  turnUrls: setting({
    group: 'ICE',
    kind: list(turnUrl),
    default: [],
    env: 'UNDERSTUDY_TURN_URLS',
    help: 'TURN servers for the clients; they need --turn-secret, or --turn-username and --turn-credential.',
  }),
  turnUsername: setting({
    group: 'ICE',
    kind: word,
    env: 'UNDERSTUDY_TURN_USERNAME',
    help: 'Static TURN user.',
  }),
  turnCredential: setting({
    group: 'ICE',
    kind: word,
    secret: true,
    env: 'UNDERSTUDY_TURN_CREDENTIAL',
    help: 'Static TURN password.',
  }),
  turnSecret: setting({
    group: 'ICE',
    kind: word,
    secret: true,
    env: 'UNDERSTUDY_TURN_SECRET',
    help: 'Secret shared with the TURN server (coturn: static-auth-secret): every client gets credentials of its own that expire.',
  }),
  turnTtl: setting({
    group: 'ICE',
    kind: duration(60_000, 86_400_000),
    default: 43_200_000,
    env: 'UNDERSTUDY_TURN_TTL',
    help: 'How long such credentials last. A client that needs a relay after that, in mid-call, comes back by itself with new ones.',
  }),
  iceAddresses: setting({
    group: 'ICE',
    kind: list(address),
    default: [],
    env: 'UNDERSTUDY_ICE_ADDRESSES',
    help: 'Local addresses to offer as host candidates; by default those of every interface.',
  }),
  announcedAddresses: setting({
    group: 'ICE',
    kind: list(address),
    default: [],
    env: 'UNDERSTUDY_ANNOUNCED_ADDRESSES',
    help: 'Public addresses that reach this machine through a 1:1 NAT, offered as well.',
  }),
  udpPorts: setting({
    group: 'ICE',
    kind: orWord(portRange, 'any'),
    default: 'any',
    env: 'UNDERSTUDY_UDP_PORTS',
    help: 'UDP ports of the media, for a firewall: at least one per participant.',
  }),
} as const;

/**
 * The URL of an ICE server (RFC 7064, RFC 7065): one that is none is an exception in every client's browser.
 * @param pattern its first group is the port, where there is one.
 */
function iceUrl(pattern: RegExp, valid: string): Kind<string> {
  return {
    valid,
    parse(written) {
      const match = pattern.exec(written);
      const port = Number(match?.[1] ?? 1);
      return match && port >= 1 && port <= 65_535 ? written : undefined;
    },
    format: String,
  };
}
