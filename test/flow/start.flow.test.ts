import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { startTestServer } from './server.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** Starts a server that is not to come up. @returns how it ended, and what it said. */
async function failedStart(
  args: readonly string[],
): Promise<{ code: number | null; said: string }> {
  const data = await mkdtemp(join(tmpdir(), 'understudy-start-'));
  const child = spawn(process.execPath, [MAIN, '--data', data, '--engine', 'warp', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  try {
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return { code, said };
  } finally {
    child.kill('SIGKILL');
    await rm(data, { recursive: true, force: true });
  }
}

it('a port in use ends the start, where workers kept a server alive that nobody could reach', async () => {
  const server = await startTestServer({ args: ['--engine', 'warp'] });
  try {
    const { port } = new URL(server.url);
    const { code, said } = await failedStart(['--port', port]);
    expect(said).toContain(`Port ${port} of 127.0.0.1 is in use`);
    expect(code).toBe(1);
  } finally {
    server.kill();
  }
});

it('a certificate that cannot be read ends the start', async () => {
  const files = ['--tls-cert', '/nowhere/cert.pem', '--tls-key', MAIN];
  const { code, said } = await failedStart(['--port', '0', ...files]);
  expect(said).toContain('/nowhere/cert.pem cannot be read');
  expect(code).toBe(1);
});
