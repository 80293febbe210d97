import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AvatarSession } from '../../src/client/sdk/index.ts';
import { LoopbackTurn } from '../turn/turn-server.io.ts';
import { sharedSecretUsers } from '../turn/turn-users.ts';
import { launchBrowser } from './browser.ts';
import { Caller } from './caller.ts';
import { LineUp } from './likeness.ts';
import { startTestServer, type TestServer } from './server.ts';
import { strangers } from './sighting.ts';
import { undisturbed } from './undisturbed.ts';

const SECRET = 'north';
/** The shortest that can be set. */
const TTL_SECONDS = 60;

/** What the TURN server goes by; tests change it. */
interface TurnState {
  secret: string;
  clockAheadMs: number;
}
const AS_CONFIGURED: Readonly<TurnState> = Object.freeze({ secret: SECRET, clockAheadMs: 0 });
const turnState: TurnState = { ...AS_CONFIGURED };
let turn: LoopbackTurn;
let server: TestServer;
let browser: Browser;
let lineUp: LineUp;

afterEach(() => {
  Object.assign(turnState, AS_CONFIGURED);
});

beforeAll(async () => {
  turn = await LoopbackTurn.open((name, now) =>
    sharedSecretUsers(turnState.secret)(name, now + turnState.clockAheadMs),
  );
  const ice = ['--turn-urls', turn.url, '--turn-secret', SECRET, '--turn-ttl', `${TTL_SECONDS}s`];
  server = await startTestServer({
    args: ['--size', '256', '--ice-addresses', '127.0.0.1', ...ice],
  });
  browser = await launchBrowser();
  lineUp = new LineUp();
  await lineUp.addBuiltIn();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  turn?.close();
});

const RELAYED = { iceTransportPolicy: 'relay', microphone: true } as const;
const ANN = { name: 'Ann', identity: 'marlow', camera: 'sample-actor', ...RELAYED } as const;
const BEN = { name: 'Ben', identity: 'ines', camera: { frameRate: 10 }, ...RELAYED } as const;

/** Which kind of candidate each of a page's connections goes through, and what it was told to use. */
function pathsOf({ page }: Caller): Promise<{ paths: string[]; servers: RTCIceServer[] }> {
  return page.evaluate(async () => {
    const { connections } = globalThis as unknown as { connections: RTCPeerConnection[] };
    const paths: string[] = [];
    for (const connection of connections) {
      const stats = await connection.getStats();
      for (const report of stats.values())
        if (report.type === 'transport' && report.selectedCandidatePairId) {
          const { localCandidateId } = stats.get(report.selectedCandidatePairId);
          paths.push(stats.get(localCandidateId)?.candidateType);
        }
    }
    const servers = connections.flatMap((each) => each.getConfiguration().iceServers ?? []);
    return { paths, servers };
  });
}

describe('a call that has no other way than a TURN server', () => {
  const joinedAt = Date.now() / 1000;
  let ann: Caller;
  let ben: Caller;

  beforeAll(async () => {
    const room = 'relayed';
    ann = await Caller.joinBySdk(browser, server.url, { room, ...ANN });
    ben = await Caller.joinBySdk(browser, server.url, { room, ...BEN });
    await Promise.all([ann.waitForVideo('tile'), ben.waitForVideo('tile')]);
  });

  afterAll(async () => {
    await ann?.close();
    await ben?.close();
  });

  it('gets from the server, for everybody, a login of their own that expires', async () => {
    const users = new Set<string>();
    for (const caller of [ann, ben]) {
      await expect.poll(async () => (await pathsOf(caller)).paths).toEqual(['relay']);
      const { servers } = await pathsOf(caller);
      const [{ urls, username = '' }] = servers as [RTCIceServer];
      expect(urls).toEqual([turn.url]);
      const expiry = Number(username.split(':')[0]);
      expect(expiry).toBeGreaterThan(joinedAt + TTL_SECONDS - 1);
      expect(expiry).toBeLessThan(Date.now() / 1000 + TTL_SECONDS + 1);
      users.add(username);
    }
    expect(users.size).toBe(2);
    expect(new Set(turn.admitted)).toEqual(users);
    expect(turn.refused).toEqual([]);
  });

  it('shows and sounds as the identity, packet by packet through the relay', async () => {
    const before = { ...turn.relayed };
    const silent = await ben.soundReceived('tile');
    const seen = await ben.identify('tile', 3, lineUp);
    expect(seen.length).toBeGreaterThan(1);
    expect(await strangers(seen, ['marlow'])).toEqual([]);
    await expect.poll(() => ben.soundReceived('tile')).toBeGreaterThan(silent);
    // Ann's camera on its way up, and her avatar down to both: a frame is a packet or more.
    expect(turn.relayed.out - before.out).toBeGreaterThan(seen.length);
    expect(turn.relayed.in - before.in).toBeGreaterThan(seen.length);
  });

  it('of 30 frames that the driver sends, at least 27 arrive', async ({ skip }) => {
    const seconds = 4;
    await undisturbed(skip, async () => {
      const [sent, received] = [await ann.framesSent(), await ben.framesReceived('tile')];
      await ben.page.waitForTimeout(seconds * 1000);
      const out = (await ann.framesSent()) - sent;
      const back = (await ben.framesReceived('tile')) - received;
      console.log(`by relay: ${out} frames sent in ${seconds} s, ${back} shown`);
      expect(back / out).toBeGreaterThanOrEqual(27 / 30);
    });
  });
});

describe('a TURN server that is the only way', () => {
  it.each([
    ['does not know the secret', { secret: 'south', clockAheadMs: 0 }],
    ['takes the credentials for expired', { secret: SECRET, clockAheadMs: 2 * TTL_SECONDS * 1000 }],
  ])('is named in the error where it %s', async (_, state) => {
    Object.assign(turnState, state);
    const joining = Caller.joinBySdk(browser, server.url, { room: 'refused', ...ANN });
    await expect(joining).rejects.toThrow(
      `no media gets through. The relay ${turn.url} refuses this call: 401`,
    );
  });

  it('is lost when its credentials have expired: the call comes back with new ones', async () => {
    const ann = await Caller.joinBySdk(browser, server.url, { room: 'expired', ...ANN });
    await ann.waitForVideo('tile-self');
    const [first] = turn.admitted.slice(-1);
    const outage = ann.page.evaluate(() => {
      const { understudy } = globalThis as unknown as { understudy: { session: AvatarSession } };
      return new Promise<number>((resolve) => {
        understudy.session.on('reconnected', (after) => resolve(after.outage));
      });
    });
    // From now on, credentials are good for two seconds.
    turnState.clockAheadMs = (TTL_SECONDS - 2) * 1000;
    turn.restart();
    console.log(`back after ${Math.round(await outage)} ms`);
    expect(turn.refused).toContain(first);
    expect(turn.admitted.at(-1)).not.toBe(first);
    const seen = await ann.identify('tile-self', 1, lineUp);
    expect(await strangers(seen, ['marlow'])).toEqual([]);
    await ann.close();
  });
});
