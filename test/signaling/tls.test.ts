import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { loadTls } from '../../src/signaling/tls.io.ts';
import { runServer } from './running-server.ts';

const NOW = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;
const OFF = { tls: 'off', tlsCert: undefined, tlsKey: undefined } as const;

let data: string;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'understudy-tls-'));
});
afterAll(() => rm(data, { recursive: true }));

describe('TLS', () => {
  it('is off unless asked for', async () => {
    expect(await loadTls({ ...OFF, data }, NOW)).toBeUndefined();
  });

  it('keeps a self-signed certificate, so that a browser’s exception lasts', async () => {
    const config = { ...OFF, tls: 'self-signed', data } as const;
    const first = await loadTls(config, NOW);
    const certificate = new X509Certificate(first?.cert ?? '');
    expect(certificate.subjectAltName).toContain('DNS:localhost');
    expect(certificate.subjectAltName).toContain('IP Address:127.0.0.1');
    expect((await stat(join(data, 'tls/key.pem'))).mode & 0o077).toBe(0);
    expect(await loadTls(config, NOW + 800 * DAY)).toEqual(first);
    const renewed = await loadTls(config, NOW + 820 * DAY);
    expect(renewed?.cert).not.toBe(first?.cert);
  });

  it('makes a new certificate when the kept one is broken', async () => {
    const config = { ...OFF, tls: 'self-signed', data } as const;
    await writeFile(join(data, 'tls/cert.pem'), 'torn');
    const made = await loadTls(config, NOW);
    expect(await readFile(join(data, 'tls/cert.pem'), 'utf8')).toBe(made?.cert);
    expect(new X509Certificate(made?.cert ?? '').validTo).toContain('2028');
  });

  it.each([
    ['empty', ''],
    ['of another certificate', undefined],
  ])(
    'makes a new pair when the kept key is %s, which ended every start after a power cut',
    async (_, torn) => {
      const config = { ...OFF, tls: 'self-signed', data } as const;
      const first = await loadTls(config, NOW);
      const other = await mkdtemp(join(tmpdir(), 'understudy-tls-'));
      const stranger = await loadTls({ ...config, data: other }, NOW);
      await rm(other, { recursive: true });
      await writeFile(join(data, 'tls/key.pem'), torn ?? stranger?.key ?? '');
      const made = await loadTls(config, NOW);
      expect(made?.cert).not.toBe(first?.cert);
      expect(() => createSecureContext(made)).not.toThrow();
    },
  );

  it('says which file cannot be read', async () => {
    const tlsCert = join(data, 'missing.pem');
    await expect(
      loadTls({ tls: 'off', tlsCert, tlsKey: tlsCert, data }, NOW),
    ).rejects.toMatchObject({ code: 'tls_unreadable', value: tlsCert });
  });

  it.each(['no key', ''])("says when files are no certificate and its key: '%s'", async (key) => {
    const first = { ...OFF, tls: 'self-signed', data } as const;
    const pair = await loadTls(first, NOW);
    const [tlsCert, tlsKey] = [join(data, 'own.pem'), join(data, 'own.key')];
    await writeFile(tlsCert, pair?.cert ?? '');
    await writeFile(tlsKey, key);
    await expect(loadTls({ tls: 'off', tlsCert, tlsKey, data }, NOW)).rejects.toMatchObject({
      code: 'tls_mismatch',
    });
  });

  it('carries page and signaling', async () => {
    await using server = await runServer(['--tls', 'self-signed']);
    expect(server.url).toMatch(/^https:/);
    const ca = await readFile(join(server.data, 'tls/cert.pem'), 'utf8');
    const status = await new Promise((resolve, reject) => {
      request(`${server.url}/healthz`, { ca }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
    const socket = new WebSocket(server.signalingUrl, { ca });
    await new Promise((resolve, reject) => {
      socket.on('open', resolve).on('error', reject);
    });
    socket.terminate();
  });
});
