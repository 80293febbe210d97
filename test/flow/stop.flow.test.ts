import { expect, it } from 'vitest';
import { ScriptedClient } from '../signaling/scripted-client.ts';
import { startTestServer } from './server.ts';

it('a server that would wait an hour for a call to end ends it when asked to stop again', async () => {
  const server = await startTestServer({ args: ['--engine', 'warp', '--drain-grace', '1h'] });
  try {
    const client = new ScriptedClient(`${server.url.replace('http', 'ws')}/signaling`);
    await client.opened;
    client.send({ type: 'join', version: 1, room: 'stage', name: 'Ann', identity: 'amara' });
    await client.next('joined');
    expect(await server.interrupt()).toBe(0);
    expect((await client.closed).code).toBe(1001);
    expect(server.output()).toContain('a second signal ends the calls at once');
  } finally {
    server.kill();
  }
});

it.runIf(process.platform !== 'win32')(
  'SIGTERM to npm alone, whose shell passed none on and left the server running, stops the server, whose calls end first',
  async () => {
    const server = await startTestServer({ args: ['--engine', 'warp'], npm: true });
    try {
      const client = new ScriptedClient(`${server.url.replace('http', 'ws')}/signaling`);
      await client.opened;
      client.send({ type: 'join', version: 1, room: 'stage', name: 'Ann', identity: 'amara' });
      await client.next('joined');
      const code = await server.stop();
      // npm outlives what it runs: nothing is listening any more.
      await expect(fetch(server.url)).rejects.toThrow();
      expect(code).toBe(0);
      expect((await client.closed).code).toBe(1001);
    } finally {
      server.kill();
    }
  },
);

it.runIf(process.platform !== 'win32')(
  'SIGKILL to npm, which left a server behind that held its port, stops the server',
  async () => {
    const server = await startTestServer({ args: ['--engine', 'warp'], npm: true });
    try {
      process.kill(server.pid, 'SIGKILL');
      await expect
        .poll(() => fetch(server.url).catch(() => 'gone'), { timeout: 30_000 })
        .toBe('gone');
    } finally {
      server.kill();
    }
  },
);
