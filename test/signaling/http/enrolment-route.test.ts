import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enrolResponseSchema, httpErrorSchema } from '../../../src/signaling/identity-api.ts';
import { type RunningTestServer, rawRequest, runServer } from '../running-server.ts';
import { enrol, enrolmentForm, IDENTITY } from './enrolment-form.ts';

const PICTURE = Buffer.from('a picture');
const MAX_UPLOAD = 100_000;

let server: RunningTestServer;

beforeAll(async () => {
  server = await runServer(['--max-upload', '100kB', '--enrolments-per-minute', '600']);
});
afterAll(() => server[Symbol.asyncDispose]());

async function errorOf(response: Response) {
  return httpErrorSchema.parse(await response.json()).error;
}

/** Sends the head of an enrolment and waits until the server lets its body in. */
async function startUpload(headers: readonly string[]) {
  const { hostname, port, host } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  const head = ['POST /api/identities HTTP/1.1', `Host: ${host}`, 'Expect: 100-continue'];
  socket.write([...head, ...headers, '', ''].join('\r\n'));
  await once(socket, 'data');
  return socket;
}

const FORM_TYPE = 'Content-Type: multipart/form-data; boundary=x';

describe('an enrolment', () => {
  it('hands the pictures over as bytes and answers with a delete token', async () => {
    const large = new Uint8Array(80_000).fill(7);
    const response = await enrol(server.url, enrolmentForm({ pictures: [PICTURE, large] }));
    expect(response.status).toBe(201);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const { id, name, builtIn, deleteToken } = enrolResponseSchema.parse(await response.json());
    expect({ name, builtIn }).toEqual({ name: id.toUpperCase(), builtIn: false });
    expect(deleteToken.length).toBeGreaterThan(40);
    const [first, second] = server.identities.enrolled.at(-1) ?? [];
    expect(String(first)).toBe('a picture');
    expect(second?.equals(large)).toBe(true);
  });

  it.each([
    ['without consent', { ...IDENTITY, consent: { ...IDENTITY.consent, given: false } }, 'consent'],
    ['without a name', { ...IDENTITY, name: ' ' }, 'identity.name'],
    ['with a field too many', { ...IDENTITY, admin: true }, 'admin'],
    ['that is a list', [], 'identity: '],
  ])('%s is refused, and says what is wrong', async (_, identity, field) => {
    const response = await enrol(server.url, enrolmentForm({ identity }));
    expect(response.status).toBe(400);
    const error = await errorOf(response);
    expect(error.code).toBe('invalid_enrolment');
    expect(error.message).toContain(field);
  });

  it.each([
    ['no pictures', enrolmentForm({ pictures: [] }), 'no pictures'],
    ['nine pictures', enrolmentForm({ pictures: Array(9).fill(PICTURE) }), 'more than 8'],
    ['twenty pictures', enrolmentForm({ pictures: Array(20).fill(PICTURE) }), 'more than 8'],
    ['a part of another name', withPart('avatar', new Blob([PICTURE])), 'the file "avatar"'],
    ['a second text field', withPart('note', 'hello'), 'the text field "note"'],
    ['pictures before the identity', picturesFirst(), 'the file "picture"'],
  ])('with %s is refused, and says what is wrong', async (_, form, words) => {
    const response = await enrol(server.url, form);
    expect(response.status).toBe(400);
    const error = await errorOf(response);
    expect(error.code).toBe('invalid_enrolment');
    expect(error.message).toContain(words);
  });

  it('says which picture is at fault', async () => {
    const form = enrolmentForm({ pictures: [PICTURE, new Uint8Array(0)] });
    const faceless = await enrol(server.url, form);
    expect(faceless.status).toBe(422);
    expect(await errorOf(faceless)).toEqual({
      code: 'no_face',
      message: 'There is no face in it.',
      picture: 1,
    });
  });

  it('that is no form, or a damaged one, is refused', async () => {
    const post = (type: string, body: string) =>
      fetch(`${server.url}/api/identities`, {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      });
    for (const [type, body, status, code] of [
      ['application/json', JSON.stringify(IDENTITY), 415, 'not_multipart'],
      ['application/x-www-form-urlencoded', 'name=x', 415, 'not_multipart'],
      ['multipart/form-data', '--x--', 400, 'malformed_form'],
      ['multipart/form-data; boundary=x', '--x\r\nContent-Disp', 400, 'malformed_form'],
    ] as const) {
      const response = await post(type, body);
      expect([response.status, (await errorOf(response)).code], type).toEqual([status, code]);
    }
    const broken = await enrol(server.url, enrolmentForm({ identity: '{"name":' }));
    expect([broken.status, (await errorOf(broken)).code]).toEqual([400, 'malformed_json']);
    const endless = await enrol(server.url, enrolmentForm({ identity: 'x'.repeat(50_000) }));
    expect([endless.status, (await errorOf(endless)).code]).toEqual([400, 'malformed_json']);
  });

  it('from a page of another origin is refused', async () => {
    const foreign = await enrol(server.url, enrolmentForm(), 'https://elsewhere.example');
    expect([foreign.status, (await errorOf(foreign)).code]).toEqual([403, 'origin_not_allowed']);
    expect((await enrol(server.url, enrolmentForm(), server.url)).status).toBe(201);
  });

  it('tells nothing about the inside when the server fails', async () => {
    const form = enrolmentForm({ identity: { ...IDENTITY, name: 'Disk Full' } });
    const response = await enrol(server.url, form);
    expect(response.status).toBe(500);
    const error = await errorOf(response);
    expect(error.code).toBe('internal');
    expect(error.message).not.toContain('ENOSPC');
    expect(server.logged.join('')).toContain('ENOSPC');
    expect(server.logged.join('')).not.toContain('Disk Full');
  });

  it('that the server cannot see through now is to be tried again', async () => {
    const form = enrolmentForm({ identity: { ...IDENTITY, name: 'In A Queue' } });
    const response = await enrol(server.url, form);
    expect([response.status, (await errorOf(response)).code]).toEqual([503, 'busy']);
    expect(response.headers.get('retry-after')).toBe('10');
  });

  it('is limited for each address, and can be turned off', async () => {
    const limited = await runServer(['--enrolments-per-minute', '2']);
    expect((await enrol(limited.url)).status).toBe(201);
    expect((await enrol(limited.url)).status).toBe(201);
    const third = await enrol(limited.url);
    expect([third.status, (await errorOf(third)).code]).toEqual([429, 'too_many_enrolments']);
    expect(third.headers.get('retry-after')).toBe('30');
    await limited[Symbol.asyncDispose]();
    const off = await runServer(['--enrolments-per-minute', '0']);
    expect((await enrol(off.url)).status).toBe(403);
    await off[Symbol.asyncDispose]();
  });

  it('is limited for all the addresses that one client has of IPv6', async () => {
    const limited = await runServer(['--enrolments-per-minute', '1']);
    const from = async (address: string) => {
      const headers = { 'x-forwarded-for': address };
      const body = enrolmentForm();
      const url = `${limited.url}/api/identities`;
      return (await fetch(url, { method: 'POST', headers, body })).status;
    };
    expect(await from('2001:db8::1')).toBe(201);
    expect(await from('2001:db8::2')).toBe(429);
    expect(await from('2001:db8:0:1::1')).toBe(201);
    await limited[Symbol.asyncDispose]();
  });
});

describe('an upload', () => {
  it('that is too large is refused in words that reach a client in mid-upload', async () => {
    const pictures = [new Uint8Array(20_000_000)];
    const large = await enrol(server.url, enrolmentForm({ pictures }));
    expect([large.status, await errorOf(large)]).toEqual([
      413,
      {
        code: 'too_large',
        message: 'The pictures are larger than 0.1 MB together. Send fewer or smaller ones.',
      },
    ]);
    const two = [new Uint8Array(MAX_UPLOAD / 2), new Uint8Array(MAX_UPLOAD / 2 + 1)];
    expect((await enrol(server.url, enrolmentForm({ pictures: two }))).status).toBe(413);
  });

  it('that says it is too large is refused before a byte of it is taken in', async () => {
    const answer = await rawRequest(server.url, {
      method: 'POST',
      path: '/api/identities',
      headers: {
        'content-type': 'multipart/form-data; boundary=x',
        'content-length': '900000000',
        expect: '100-continue',
      },
    });
    expect(answer.status).toBe(413);
    expect(answer.body).toContain('too_large');
  });

  it('that does not say its length is refused when it proves too large', async () => {
    const form = new Response(enrolmentForm({ pictures: [new Uint8Array(500_000)] }));
    const response = await fetch(`${server.url}/api/identities`, {
      method: 'POST',
      headers: { 'content-type': form.headers.get('content-type') ?? '' },
      body: form.body,
      duplex: 'half',
    } as RequestInit);
    expect([response.status, (await errorOf(response)).code]).toEqual([413, 'too_large']);
  });

  it('is refused when too many are under way, and taken again when those have ended', async () => {
    const head = [FORM_TYPE, 'Content-Length: 1000'];
    const slow = await Promise.all(
      [1, 1, 2, 2].map((host) => startUpload([...head, `X-Forwarded-For: 192.0.2.${host}`])),
    );
    const fifth = await enrol(server.url);
    expect([fifth.status, (await errorOf(fifth)).code]).toEqual([503, 'busy']);
    const dropped = Promise.all(slow.map((socket) => once(socket, 'close')));
    for (const socket of slow) socket.destroy();
    await dropped;
    await expect.poll(async () => (await enrol(server.url)).status).toBe(201);
  });

  it('that is slow keeps nobody at another address from enrolling, however many there are', async () => {
    const head = [FORM_TYPE, 'Content-Length: 1000', 'X-Forwarded-For: 192.0.2.1'];
    const slow = await Promise.all([startUpload(head), startUpload(head)]);
    const third = await fetch(`${server.url}/api/identities`, {
      method: 'POST',
      headers: { 'x-forwarded-for': '192.0.2.1' },
      body: enrolmentForm(),
    });
    expect([third.status, (await errorOf(third)).code]).toEqual([503, 'busy']);
    expect((await enrol(server.url)).status).toBe(201);
    for (const socket of slow) socket.destroy();
  });
});

function withPart(name: string, value: string | Blob): FormData {
  const form = enrolmentForm();
  form.append(name, value as string);
  return form;
}

function picturesFirst(): FormData {
  const form = new FormData();
  form.append('picture', new Blob([PICTURE]));
  form.append('identity', JSON.stringify(IDENTITY));
  return form;
}
