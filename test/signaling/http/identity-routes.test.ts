import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UnderstudyError } from '../../../src/errors.ts';
import {
  enrolResponseSchema,
  httpErrorSchema,
  identitySummarySchema,
} from '../../../src/signaling/identity-api.ts';
import { type RunningTestServer, runServer } from '../running-server.ts';
import { enrol } from './enrolment-form.ts';

const ADMIN = 'an-admin-token-of-some-length';

let server: RunningTestServer;

beforeAll(async () => {
  server = await runServer(['--enrolments-per-minute', '600', '--admin-token', ADMIN]);
});
afterAll(() => server[Symbol.asyncDispose]());

function remove(id: string, token?: string): Promise<Response> {
  const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
  return fetch(`${server.url}/api/identities/${id}`, { method: 'DELETE', headers });
}

async function errorOf(response: Response) {
  return httpErrorSchema.parse(await response.json()).error;
}

describe('the identities', () => {
  it('are listed with where their pictures are', async () => {
    const response = await fetch(`${server.url}/api/identities`);
    const list = identitySummarySchema.array().parse(await response.json());
    expect(list.map(({ id }) => id)).toEqual(['ada', 'bea', 'cem']);
    const picture = await fetch(server.url + (list[0]?.pictureUrl ?? ''));
    expect(picture.headers.get('content-type')).toBe('image/png');
    expect(picture.headers.get('cache-control')).toBe('no-cache');
    expect(Buffer.from(await picture.arrayBuffer()).toString('latin1')).toContain('PNG of ada');
    const other = await fetch(server.url + (list[1]?.pictureUrl ?? ''));
    expect(other.headers.get('content-type')).toBe('image/webp');
  });

  it('have no picture when there is no such identity', async () => {
    for (const id of ['nobody', 'Not-An-Id', '%2e%2e']) {
      const response = await fetch(`${server.url}/api/identities/${id}/picture`);
      expect(response.status, id).toBe(404);
      expect((await errorOf(response)).code).toMatch(/unknown_identity|not_found/);
    }
  });
});

describe('deletion', () => {
  async function enrolled(): Promise<{ id: string; deleteToken: string }> {
    return enrolResponseSchema.parse(await (await enrol(server.url)).json());
  }

  it('needs the token told at enrolment', async () => {
    const [own, other] = [await enrolled(), await enrolled()];
    const without = await remove(own.id);
    expect([without.status, (await errorOf(without)).code]).toEqual([401, 'no_token']);
    const wrong = await remove(own.id, other.deleteToken);
    expect([wrong.status, (await errorOf(wrong)).code]).toEqual([403, 'wrong_token']);
    expect((await remove(own.id, own.deleteToken)).status).toBe(204);
    expect((await remove(own.id, own.deleteToken)).status).toBe(404);
  });

  it('is open to the administrator', async () => {
    expect((await remove((await enrolled()).id, ADMIN)).status).toBe(204);
  });

  it('by somebody else in the middle of a request is no failure of the server', async () => {
    const own = await enrolled();
    const gone = async () => {
      throw new UnderstudyError('unknown_identity', 'There is no such identity.');
    };
    const { identities } = server;
    const { delete: deleteOf, picture } = identities;
    Object.assign(identities, { delete: gone, picture: gone });
    const shown = await fetch(`${server.url}/api/identities/${own.id}/picture`);
    const removed = await remove(own.id, own.deleteToken);
    Object.assign(identities, { delete: deleteOf, picture });
    for (const response of [shown, removed])
      expect([response.status, (await errorOf(response)).code]).toEqual([404, 'unknown_identity']);
    expect(server.logged.join('')).not.toContain('request failed');
  });

  it('is refused for built-in identities, whoever asks', async () => {
    const response = await remove('ada', ADMIN);
    expect([response.status, (await errorOf(response)).code]).toEqual([403, 'built_in']);
    expect(server.identities.entries.has('ada')).toBe(true);
  });
});
