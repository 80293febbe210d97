import { type ClientMessage, clientMessageSchema, PROTOCOL_VERSION } from './protocol.ts';
import { Refusal } from './refusal.ts';

/** More problems than this in one sentence help nobody. */
const MAX_PROBLEMS_TOLD = 5;

/**
 * Reads one text frame.
 * @throws Refusal `malformed_json`, `wrong_version`, `invalid_message`; with the message's
 *   `request`, where one can be read.
 */
export function parseClientMessage(text: string): ClientMessage {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new Refusal('malformed_json', 'The message is not JSON.', { cause });
  }
  // Looked at before the rest: a newer version may have fields that this one does not know.
  if (isRecord(json) && json.type === 'join' && Number.isInteger(json.version)) {
    if (json.version !== PROTOCOL_VERSION) {
      throw new Refusal(
        'wrong_version',
        `This server does not speak version ${json.version}; it speaks ${PROTOCOL_VERSION}.`,
        { value: json.version, valid: [PROTOCOL_VERSION] },
      );
    }
  }
  const parsed = clientMessageSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.slice(0, MAX_PROBLEMS_TOLD).map((issue) => {
    const field = issue.path.join('.');
    return field === '' ? issue.message : `${field}: ${issue.message}`;
  });
  throw new Refusal('invalid_message', `The message is not valid. ${problems.join('; ')}.`, {
    request: requestOf(json),
    cause: parsed.error,
  });
}

function requestOf(json: unknown): string | undefined {
  if (!isRecord(json) || typeof json.request !== 'string') return undefined;
  return json.request.length <= 64 ? json.request : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
