import './zod-jitless.ts';
import { type ServerMessage, serverMessageSchema } from '../../signaling/protocol.ts';
import { ClientError } from './client-error.ts';

const KNOWN_TYPES: ReadonlySet<unknown> = new Set(
  serverMessageSchema.options.map((option) => option.shape.type.value),
);

/**
 * Reads one WebSocket message of the server's.
 * A type that this version does not know is from a newer server: told as `unknown_message`, to be
 * ignored; a known type with a wrong body is told as `invalid_message`.
 */
export function parseServerMessage(data: unknown): ServerMessage | ClientError {
  if (typeof data !== 'string') {
    return new ClientError(
      'invalid_message',
      'The server sent a binary message; text is expected.',
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch (cause) {
    return new ClientError('malformed_json', 'The server sent a message that is not JSON.', {
      value: data.slice(0, 200),
      cause,
    });
  }
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : value;
  if (!KNOWN_TYPES.has(type)) {
    return new ClientError('unknown_message', `Ignored a message of unknown type "${type}".`, {
      value: type,
      valid: [...KNOWN_TYPES],
    });
  }
  const parsed = serverMessageSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  return new ClientError('invalid_message', `Ignored a malformed "${type}" message.`, {
    value: type,
    cause: parsed.error,
  });
}
