import { createSocket } from 'node:dgram';
import { afterEach, describe, expect, it } from 'vitest';
import { UdpSocket } from '../../../src/pipeline/accept/udp-socket.io.ts';

const open: UdpSocket[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((socket) => socket.close()));
});
const bind = async (ports?: [number, number]) => {
  const socket = await UdpSocket.open('127.0.0.1', 4, ports);
  open.push(socket);
  return socket;
};

describe('UdpSocket', () => {
  it('takes every port of its range before it gives up', async () => {
    const range: [number, number] = [47_200, 47_203];
    const sockets = await Promise.all([bind(range), bind(range), bind(range), bind(range)]);
    expect(sockets.map(({ port }) => port).sort()).toEqual([47_200, 47_201, 47_202, 47_203]);
    await expect(bind(range)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('says where a datagram came from', async () => {
    const [from, to] = await Promise.all([bind(), bind()]);
    const received = new Promise((resolve) => {
      to.onData = (data, address) => resolve([String(data), address]);
    });
    await from.send(Buffer.from('hello'), ['127.0.0.1', to.port]);
    expect(await received).toEqual(['hello', ['127.0.0.1', from.port]]);
  });

  it('loses what cannot be sent, without an error', async () => {
    const socket = await bind();
    await socket.send(Buffer.alloc(10), ['255.255.255.255', 9]);
    await socket.send(Buffer.alloc(70_000), ['127.0.0.1', 9]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await socket.close();
    await socket.send(Buffer.alloc(10), ['127.0.0.1', 9]);
    await socket.close();
    expect(socket.closed).toBe(true);
  });

  it('leaves a port that someone else has alone', async () => {
    const other = createSocket('udp4');
    await new Promise<void>((resolve) => other.bind(47_210, '127.0.0.1', resolve));
    await expect(bind([47_210, 47_210])).rejects.toMatchObject({ code: 'EADDRINUSE' });
    other.close();
  });
});
