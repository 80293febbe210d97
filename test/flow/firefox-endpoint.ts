#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { WebSocket, WebSocketServer } from 'ws';

/** What playwright-core waits for on standard error, as Firefox says it. */
const LISTENING = /WebDriver BiDi listening on (ws:\S+)/;
/**
 * What playwright-core asks of every browser context, whatever its options, and stock Firefox up to 153
 * does not know. Nothing here depends on it: answered as done.
 */
const UNKNOWN_TO_FIREFOX = 'emulation.setMediaFeaturesOverride';

/** Run in place of Firefox, whose path is in FIREFOX_PATH: the same arguments, the same output, the same end. */
const firefox = spawn(process.env.FIREFOX_PATH ?? 'firefox', process.argv.slice(2), {
  stdio: ['ignore', 'inherit', 'pipe'],
});
firefox.on('exit', (code) => process.exit(code ?? 1));
createInterface({ input: firefox.stderr }).on('line', (line) => void tell(line));

async function tell(line: string): Promise<void> {
  const endpoint = LISTENING.exec(line)?.[1];
  const told = endpoint ? line.replace(endpoint, await relay(endpoint)) : line;
  process.stderr.write(`${told}\n`);
}

/** @returns the address of an endpoint that passes everything on to `endpoint`, but for one command. */
async function relay(endpoint: string): Promise<string> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  server.on('connection', (near, { url }) => {
    const far = new WebSocket(`${endpoint}${url}`);
    const opened = once(far, 'open');
    near.on('message', async (data) => {
      const text = String(data);
      const { id, method } = JSON.parse(text) as { id: number; method: string };
      await opened;
      if (method === UNKNOWN_TO_FIREFOX)
        near.send(JSON.stringify({ type: 'success', id, result: {} }));
      else far.send(text);
    });
    far.on('message', (data) => near.send(String(data)));
    near.on('close', () => far.close());
    far.on('close', () => near.close());
  });
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
