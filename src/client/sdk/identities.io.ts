import './zod-jitless.ts';
import { z } from 'zod';
import {
  ENROLMENT_PARTS,
  type EnrolRequest,
  type EnrolResponse,
  enrolResponseSchema,
  httpErrorSchema,
  type IdentitySummary,
  identitySummarySchema,
} from '../../signaling/identity-api.ts';
import { ClientError, EnrolmentError } from './client-error.ts';
import { serverUrl } from './options.ts';

export type Consent = EnrolRequest['consent'];

export interface Enrolment {
  readonly name: string;
  /** 1–8 JPEG, PNG or WebP files of one person, at most 16 Mpx each. */
  readonly pictures: readonly Blob[];
  readonly consent: Consent;
  readonly signal?: AbortSignal;
}

/** The server's identities: list, enrol, delete. Needs no session. */
export class Identities {
  readonly #server: URL;

  /** @throws ClientError `invalid_option` */
  constructor(url: string | URL) {
    this.#server = serverUrl(url);
  }

  /** @throws ClientError `unreachable`, `http_refused`, `invalid_message`. */
  async list(): Promise<readonly IdentitySummary[]> {
    const response = await this.#request('/api/identities', {});
    const identities = parse(z.array(identitySummarySchema), await json(response));
    return identities.map((identity) => this.#absolute(identity));
  }

  /**
   * Makes an identity from pictures; nothing is kept when it is refused.
   * The `deleteToken` in what is returned is told only here: who keeps it can delete the identity.
   * @throws EnrolmentError with the server's code and which picture was at fault;
   * ClientError `unreachable`, `invalid_message`.
   */
  async enrol({ name, pictures, consent, signal }: Enrolment): Promise<EnrolResponse> {
    const body = new FormData();
    const identity: EnrolRequest = { name, consent };
    body.append(ENROLMENT_PARTS.identity, JSON.stringify(identity));
    for (const picture of pictures) body.append(ENROLMENT_PARTS.picture, picture);
    const response = await this.#request('/api/identities', {
      method: 'POST',
      body,
      ...(signal ? { signal } : {}),
    });
    return this.#absolute(parse(enrolResponseSchema, await json(response)));
  }

  /**
   * Ends its live use within a second, for everyone, and erases its pictures.
   * @param token the `deleteToken` of its enrolment, or the server's admin token
   * @throws EnrolmentError with the server's code; ClientError `unreachable`
   */
  async delete(id: string, token: string): Promise<void> {
    await this.#request(`/api/identities/${encodeURIComponent(id)}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${token}` },
    });
  }

  #absolute<T extends IdentitySummary>(identity: T): T {
    return { ...identity, pictureUrl: new URL(identity.pictureUrl, this.#server).href };
  }

  async #request(path: string, init: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(new URL(path, this.#server), init);
    } catch (cause) {
      if (init.signal?.aborted) throw new ClientError('aborted', 'Stopped.', { cause });
      throw new ClientError('unreachable', 'The server cannot be reached.', { cause });
    }
    if (!response.ok) throw await refusal(response);
    return response;
  }
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ClientError('invalid_message', 'The server answered in a form unknown here.', {
    cause: parsed.error,
  });
}

async function refusal(response: Response): Promise<ClientError | EnrolmentError> {
  const parsed = httpErrorSchema.safeParse(await response.json().catch(() => null));
  if (!parsed.success) {
    return new ClientError('http_refused', `The server answered ${response.status}.`, {
      value: response.status,
    });
  }
  const { code, message, picture } = parsed.data.error;
  return new EnrolmentError(code, message, picture);
}

async function json(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    throw new ClientError('invalid_message', 'The server answered something that is not JSON.', {
      cause,
    });
  }
}
