import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { readInvocation } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import { openPeerConnection } from '../../src/pipeline/accept/peer-connection.io.ts';
import { MediaPeers } from '../../src/pipeline/media-peers.io.ts';
import { playedPool } from './played-pool.ts';

/** Lets somebody in with these settings, and takes their first offer. */
async function join(...settings: string[]) {
  const invocation = readInvocation(settings, {});
  if (invocation.kind !== 'run') throw new Error('asked for help');
  const { pool, ready } = playedPool(1);
  await ready(0);
  const logged: string[] = [];
  const destination = { write: (line: string) => void logged.push(line) };
  const peers = new MediaPeers({
    config: invocation.config,
    pool,
    metrics: createMetrics({ process: false }),
    log: createLog({ level: 'info', format: 'json', destination }),
  });
  const failures: unknown[] = [];
  const candidates: string[] = [];
  const peer = await peers.open(
    { participant: 'ann', identity: 'amara', motion: 'relative', smoothing: 0.5 },
    {
      description: () => undefined,
      candidate: ({ candidate }) => candidates.push(candidate),
      avatar: () => undefined,
      stats: () => undefined,
      failed: (reason) => failures.push(reason),
    },
  );
  const client = openPeerConnection(
    {
      videoFrame: () => undefined,
      audioPacket: () => undefined,
      negotiationNeeded: () => undefined,
      candidate: () => undefined,
      connectionState: () => undefined,
    },
    { hosts: ['127.0.0.1'] },
  );
  client.addVideoSender({ participant: 'camera', codecs: ['vp8'] });
  await peer.acceptDescription(await client.setLocalDescription());
  await expect.poll(() => candidates.at(-1)).toBe('');
  await Promise.all([peer.close(), client.close()]);
  return { failures, candidates, logged };
}

describe('the media of a participant', () => {
  it('is told to be nowhere at once where the addresses that are set are not this machine’s', async () => {
    const { failures, logged } = await join('--ice-addresses', '203.0.113.7');
    expect(failures).toMatchObject([{ code: 'negotiation_failed' }]);
    expect(logged.join('')).toContain('no UDP port could be opened');
  });

  it('is told so where all ports are taken', async () => {
    const other = createSocket('udp4');
    other.bind(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address();
    const ports = ['--udp-ports', `${port}-${port}`, '--max-sessions', '1'];
    const { failures } = await join('--ice-addresses', '127.0.0.1', ...ports);
    expect(failures).toMatchObject([{ message: expect.stringContaining('--udp-ports') }]);
    other.close();
  });

  it('goes on where there is a port', async () => {
    const { failures, candidates } = await join('--ice-addresses', '127.0.0.1');
    expect(failures).toEqual([]);
    expect(candidates.length).toBeGreaterThan(1);
  });
});
