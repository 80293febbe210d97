import type { Milli } from '../../src/time.ts';
import { type Address, attribute, peerAddresses, type StunMessage } from './stun-message.ts';
import type { TurnAllocation } from './turn-allocation.ts';
import { fail, succeed, type TurnAnswer } from './turn-response.ts';

/** A request whose sender has proved who it is. */
export interface TurnRequest {
  readonly message: StunMessage;
  readonly client: Address;
  readonly username: string;
  readonly key: Buffer;
  readonly now: Milli;
}

export function createPermission(request: TurnRequest, allocation: TurnAllocation): TurnAnswer {
  const { message, client, key, now } = request;
  const peers = peerAddresses(message);
  if (peers.length === 0) return fail(message, client, 400, { key });
  if (!peers.every(isLoopback)) return fail(message, client, 403, { key });
  const permitted = peers.every(({ host }) => allocation.permit(host, now));
  return permitted ? succeed(message, client, [], key) : fail(message, client, 486, { key });
}

export function channelBind(request: TurnRequest, allocation: TurnAllocation): TurnAnswer {
  const { message, client, key, now } = request;
  const channel = attribute(message, 'channelNumber');
  const [peer] = peerAddresses(message);
  if (channel?.length !== 4 || !peer) return fail(message, client, 400, { key });
  if (!isLoopback(peer)) return fail(message, client, 403, { key });
  const bound = allocation.bind(channel.readUInt16BE(0), peer, now);
  return bound ? succeed(message, client, [], key) : fail(message, client, 400, { key });
}

const isLoopback = ({ host }: Address) => host.startsWith('127.');
