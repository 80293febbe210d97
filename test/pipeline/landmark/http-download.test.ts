import { afterEach, describe, expect, it } from 'vitest';
import {
  downloadOverHttp,
  HttpDownloadError,
} from '../../../src/pipeline/landmark/http-download.io.ts';
import { type Answer, brokenAnswer, fileAnswer, serve } from './file-server.ts';

const bytes = Uint8Array.from({ length: 200_000 }, (_, i) => i * 7);

let server: Awaited<ReturnType<typeof serve>> | undefined;
afterEach(() => server?.close());

/** Downloads from a server that answers so, and collects what it gives. */
async function collect(answer: Answer, taken = Number.POSITIVE_INFINITY) {
  server = await serve(answer);
  const pieces: Uint8Array[] = [];
  const signal = new AbortController();
  const done = downloadOverHttp({
    url: server.url,
    headers: {},
    signal: signal.signal,
    answered: () => (piece) => {
      pieces.push(piece);
      return pieces.length < taken;
    },
  });
  const outcome = await done.catch((cause: unknown) => cause);
  return { outcome, body: Buffer.concat(pieces) };
}

describe('downloadOverHttp', () => {
  it('hands over the whole body', async () => {
    const { outcome, body } = await collect(fileAnswer(bytes));
    expect(outcome).toBeUndefined();
    expect(body).toEqual(Buffer.from(bytes));
  });

  it('follows redirects, also relative ones', async () => {
    const { outcome, body } = await collect((request, response) => {
      if (request.url === '/moved') fileAnswer(bytes)(request, response);
      else response.writeHead(302, { location: '/moved' }).end('elsewhere');
    });
    expect(outcome).toBeUndefined();
    expect(body).toEqual(Buffer.from(bytes));
  });

  it('does not walk in circles', async () => {
    const { outcome } = await collect((_, response) =>
      response.writeHead(301, { location: '/again' }).end(),
    );
    expect(outcome).toBeInstanceOf(HttpDownloadError);
    expect(server?.ranges.length).toBeLessThan(30);
  });

  it.each(['', 'http://'])('refuses to be sent to "%s"', async (location) => {
    const sends: Answer = (_, response) => response.writeHead(302, { location }).end();
    const { outcome } = await collect(sends);
    expect(outcome).toBeInstanceOf(HttpDownloadError);
  });

  it('hands over all that came before the connection broke, every time', async () => {
    // Whether bytes and break come in one turn is chance: a body read as a stream lost every second.
    for (let i = 0; i < 50; i++) {
      const { outcome, body } = await collect(brokenAnswer(bytes, 100_000));
      expect(outcome).toBeInstanceOf(HttpDownloadError);
      expect(outcome).toMatchObject({ cause: { code: 'ECONNRESET' } });
      expect(body.length).toBe(100_000);
      await server?.close();
    }
  });

  it('stops when its taker has enough', async () => {
    const { outcome, body } = await collect(fileAnswer(bytes), 1);
    expect(outcome).toBeUndefined();
    expect(body.length).toBeLessThan(bytes.length);
  });

  it('passes on what its taker throws', async () => {
    server = await serve(fileAnswer(bytes));
    const { url } = server;
    const failing = (answered: () => (piece: Uint8Array) => boolean) =>
      downloadOverHttp({ url, headers: {}, signal: new AbortController().signal, answered });
    const full = new Error('the disk is full');
    const throws = () => {
      throw full;
    };
    await expect(failing(() => throws)).rejects.toBe(full);
    await expect(failing(throws)).rejects.toBe(full);
  });

  it('ends with the reason of its signal', async () => {
    server = await serve((_, response) => response.writeHead(200).write('a'));
    const stop = new AbortController();
    const reason = new Error('no patience');
    const outcome = downloadOverHttp({
      url: server.url,
      headers: {},
      signal: stop.signal,
      answered: () => () => {
        stop.abort(reason);
        return true;
      },
    });
    await expect(outcome).rejects.toMatchObject({ name: 'HttpDownloadError', cause: reason });
  });
});
