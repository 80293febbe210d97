import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpErrorSchema } from '../../../src/signaling/identity-api.ts';
import { type RunningTestServer, rawRequest, runServer } from '../running-server.ts';

let server: RunningTestServer;

beforeAll(async () => {
  server = await runServer(['--allowed-origins', 'https://call.example']);
});
afterAll(() => server[Symbol.asyncDispose]());

describe('every HTTP response', () => {
  it.each(['/healthz', '/api/identities', '/nowhere'])(
    'forbids what a page must not do: %s',
    async (path) => {
      const { headers } = await fetch(server.url + path);
      expect(headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(headers.get('content-security-policy')).not.toContain('unsafe');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('permissions-policy')).toContain('camera=(self)');
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  it.each([
    ['GET', '/nowhere', 404, 'not_found'],
    ['GET', '/%zz', 400, 'bad_request'],
    ['PUT', '/api/identities', 404, 'not_found'],
    ['GET', '/api/identities/..%2f..%2fetc/picture', 404, 'unknown_identity'],
  ])('has one shape for errors: %s %s', async (method, path, status, code) => {
    const response = await rawRequest(server.url, { method, path, headers: {} });
    expect(response.status).toBe(status);
    expect(httpErrorSchema.parse(JSON.parse(response.body)).error.code).toBe(code);
  });

  it('is refused under a host name that is not this machine’s', async () => {
    const path = '/api/identities';
    const rebound = await rawRequest(server.url, { path, headers: { host: 'rebound.example' } });
    expect(rebound.status).toBe(421);
    expect(rebound.body).not.toContain('ada');
    const proxied = await rawRequest(server.url, { path, headers: { host: 'call.example' } });
    expect(proxied.status).toBe(200);
  });

  it('is readable for pages of listed origins alone', async () => {
    const allowed = (origin: string) =>
      fetch(`${server.url}/api/identities`, { headers: { origin } }).then((response) =>
        response.headers.get('access-control-allow-origin'),
      );
    expect(await allowed('https://call.example')).toBe('https://call.example');
    expect(await allowed('https://other.example')).toBeNull();
  });
});
