import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  enrolResponseSchema,
  httpErrorSchema,
  identitySummarySchema,
} from '../../../src/signaling/identity-api.ts';
import { type RunningTestServer, runServer } from '../running-server.ts';

const ADMIN = 'an-admin-token-of-some-length';
const CONSENT = { given: true, subject: 'myself', statement: 'This is me.' };
const PICTURE = { data: Buffer.from('a picture').toString('base64') };
const ENROLMENT = { name: 'Own', consent: CONSENT, pictures: [PICTURE] };

let server: RunningTestServer;

beforeAll(async () => {
  server = await runServer([
    ...['--max-upload', '100kB', '--enrolments-per-minute', '600', '--admin-token', ADMIN],
  ]);
});
afterAll(() => server[Symbol.asyncDispose]());

function enrol(body: unknown, at = server): Promise<Response> {
  return fetch(`${at.url}/api/identities`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

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

describe('enrolment', () => {
  it('hands the pictures over as bytes and answers with a delete token', async () => {
    const response = await enrol(ENROLMENT);
    expect(response.status).toBe(201);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const { id, name, builtIn, deleteToken } = enrolResponseSchema.parse(await response.json());
    expect({ name, builtIn }).toEqual({ name: id.toUpperCase(), builtIn: false });
    expect(deleteToken.length).toBeGreaterThan(40);
    expect(String(server.identities.enrolled.at(-1)?.[0]?.data)).toBe('a picture');
  });

  it.each([
    ['without consent', { ...ENROLMENT, consent: { ...CONSENT, given: false } }, 'consent.given'],
    ['without pictures', { ...ENROLMENT, pictures: [] }, 'pictures'],
    ['with nine pictures', { ...ENROLMENT, pictures: Array(9).fill(PICTURE) }, 'pictures'],
    ['without a name', { ...ENROLMENT, name: ' ' }, 'name'],
    ['with a field too many', { ...ENROLMENT, admin: true }, 'admin'],
    ['that is a list', [], ''],
  ])('%s is refused, and says what is wrong', async (_, body, field) => {
    const response = await enrol(body);
    expect(response.status).toBe(400);
    const error = await errorOf(response);
    expect(error.code).toBe('invalid_enrolment');
    expect(error.message).toContain(field);
  });

  it('says which picture is at fault', async () => {
    const broken = await enrol({ ...ENROLMENT, pictures: [PICTURE, { data: '***' }] });
    expect([broken.status, (await errorOf(broken)).picture]).toEqual([400, 1]);
    const faceless = await enrol({ ...ENROLMENT, pictures: [PICTURE, { data: '' }] });
    expect(faceless.status).toBe(422);
    expect(await errorOf(faceless)).toEqual({
      code: 'no_face',
      message: 'There is no face in it.',
      picture: 1,
    });
  });

  it('is refused as too large, as no JSON, and as another type', async () => {
    const large = await enrol({ ...ENROLMENT, pictures: [{ data: 'A'.repeat(100_000) }] });
    expect([large.status, (await errorOf(large)).code]).toEqual([413, 'too_large']);
    const malformed = await enrol('{"name":');
    expect([malformed.status, (await errorOf(malformed)).code]).toEqual([400, 'malformed_json']);
    const form = await fetch(`${server.url}/api/identities`, {
      method: 'POST',
      body: new URLSearchParams({ name: 'x' }),
    });
    expect([form.status, (await errorOf(form)).code]).toEqual([415, 'not_json']);
  });

  it('tells nothing about the inside when the server fails', async () => {
    const response = await enrol({ ...ENROLMENT, name: 'Disk Full' });
    expect(response.status).toBe(500);
    const error = await errorOf(response);
    expect(error.code).toBe('internal');
    expect(error.message).not.toContain('ENOSPC');
    expect(server.logged.join('')).toContain('ENOSPC');
    expect(server.logged.join('')).not.toContain('Disk Full');
  });

  it('is limited for each address, and can be turned off', async () => {
    const limited = await runServer(['--enrolments-per-minute', '2']);
    expect((await enrol(ENROLMENT, limited)).status).toBe(201);
    expect((await enrol(ENROLMENT, limited)).status).toBe(201);
    const third = await enrol(ENROLMENT, limited);
    expect([third.status, (await errorOf(third)).code]).toEqual([429, 'too_many_enrolments']);
    expect(third.headers.get('retry-after')).toBe('30');
    await limited[Symbol.asyncDispose]();
    const off = await runServer(['--enrolments-per-minute', '0']);
    expect((await enrol(ENROLMENT, off)).status).toBe(403);
    await off[Symbol.asyncDispose]();
  });
});

describe('uploads', () => {
  it('are refused when too many are under way, and taken again when those have ended', async () => {
    const { hostname, port, host } = new URL(server.url);
    const slow = Array.from({ length: 4 }, () => connect(Number(port), hostname));
    for (const socket of slow) {
      socket.write(
        [
          ...['POST /api/identities HTTP/1.1', `Host: ${host}`, 'Content-Type: application/json'],
          ...['Content-Length: 1000', 'Expect: 100-continue', '', '{'],
        ].join('\r\n'),
      );
      // The server says so when it has let the request in.
      await once(socket, 'data');
    }
    const fifth = await enrol(ENROLMENT);
    expect([fifth.status, (await errorOf(fifth)).code]).toEqual([503, 'busy']);
    const dropped = Promise.all(slow.map((socket) => once(socket, 'close')));
    for (const socket of slow) socket.destroy();
    await dropped;
    await expect.poll(async () => (await enrol(ENROLMENT)).status).toBe(201);
  });
});

describe('deletion', () => {
  async function enrolled(): Promise<{ id: string; deleteToken: string }> {
    return enrolResponseSchema.parse(await (await enrol(ENROLMENT)).json());
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

  it('is refused for built-in identities, whoever asks', async () => {
    const response = await remove('ada', ADMIN);
    expect([response.status, (await errorOf(response)).code]).toEqual([403, 'built_in']);
    expect(server.identities.entries.has('ada')).toBe(true);
  });
});
