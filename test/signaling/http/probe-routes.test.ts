import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { runServer } from '../running-server.ts';

describe('the probes', () => {
  it('tell health, readiness and what is missing', async () => {
    await using server = await runServer();
    expect(await (await fetch(`${server.url}/healthz`)).json()).toEqual({ status: 'ok' });
    const ready = await fetch(`${server.url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([
      200,
      {
        ...{ ready: true, workers: { ready: 1, wanted: 1 } },
        ...{ models: { landmarks: 'embedded' }, problems: [] },
      },
    ]);
    const problems = ['No worker is up.'];
    server.readiness = { ...server.readiness, ready: false, problems };
    const unready = await fetch(`${server.url}/readyz`);
    expect([unready.status, await unready.json()]).toMatchObject([503, { problems }]);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });

  it('count rooms, sessions and refusals for Prometheus', async () => {
    await using server = await runServer();
    const joined = new WebSocket(server.signalingUrl);
    await new Promise<void>((resolve) => {
      joined.on('message', () => resolve());
      joined.on('open', () => {
        const join = { type: 'join', version: 1, room: 'secret-room', name: 'Z', identity: 'ada' };
        joined.send(JSON.stringify(join));
      });
    });
    const refused = new WebSocket(server.signalingUrl);
    await new Promise<void>((resolve) => {
      refused.on('close', () => resolve());
      refused.on('open', () => refused.send('{'));
    });
    const response = await fetch(`${server.url}/metrics`);
    const text = await response.text();
    expect(response.headers.get('content-type')).toContain('text/plain');
    expect(text).toContain('understudy_rooms 1');
    expect(text).toContain('understudy_participants 1');
    expect(text).toContain('understudy_sessions{state="joined"} 1');
    expect(text).toContain('understudy_signaling_errors_total{code="malformed_json"} 1');
    expect(text).not.toContain('secret-room');
    joined.terminate();
  });
});
