import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type * as Sdk from '../../../src/client/sdk/index.ts';
import { Playhouse } from '../playhouse.ts';

/** What the tests leave in the page between their steps. */
declare global {
  var sdk: typeof Sdk;
  var session: Sdk.AvatarSession;
  var farEnd: RTCPeerConnection;
  var notes: string[];
}

let house: Playhouse;

beforeAll(async () => {
  house = await Playhouse.open();
});

afterEach(() => house.sweep());

afterAll(() => house.close());

/** A page that has the SDK as another site would: imported from where the server has it. */
async function sdkPage(): Promise<Page> {
  const page = await house.visit({ path: '/?test' });
  // As text: the test runner would take an import for its own.
  await page.evaluate(
    `import('/sdk/understudy.js').then((sdk) => Object.assign(globalThis, { sdk, notes: [] })).then(() => undefined)`,
  );
  return page;
}

function join(page: Page, change: { identity?: string; name?: string } = {}): Promise<void> {
  return page.evaluate(async (options) => {
    globalThis.session = await sdk.joinAsAvatar({
      url: location.origin,
      room: 'rehearsal',
      identity: 'ada',
      name: 'Robin',
      ...options,
    });
    for (const event of ['reconnecting', 'reconnected', 'closed', 'warning'] as const) {
      session.on(event, (detail) => {
        notes.push(detail instanceof sdk.ClientError ? `${event} ${detail.code}` : event);
      });
    }
  }, change);
}

describe('joinAsAvatar', () => {
  it('resolves with the own avatar in a stream', async () => {
    const page = await sdkPage();
    await join(page);
    const tracks = await page.evaluate(() => session.stream.getTracks().map(({ kind }) => kind));
    expect(tracks.sort()).toEqual(['audio', 'video']);
    await expect.poll(() => page.evaluate(() => session.state)).toBe('live');
  });

  it('rejects at once where only a relay is allowed and the server has none', async () => {
    const page = await sdkPage();
    const error = await page.evaluate(async () => {
      try {
        await sdk.joinAsAvatar({
          url: location.origin,
          room: 'rehearsal',
          identity: 'ada',
          name: 'Robin',
          iceTransportPolicy: 'relay',
        });
      } catch (error) {
        if (error instanceof sdk.ClientError)
          return { code: error.code, cause: (error.cause as Sdk.ClientError | undefined)?.code };
      }
      return undefined;
    });
    expect(error).toEqual({ code: 'media_failed', cause: 'no_relay' });
  });

  it('rejects with the server’s code, and lets go of the camera', async () => {
    const page = await sdkPage();
    const [code, live] = await page.evaluate(async () => {
      const camera = await navigator.mediaDevices.getUserMedia({ video: true });
      const opened: MediaStream[] = [];
      const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = async (constraints) => {
        const stream = await open(constraints);
        opened.push(stream);
        return stream;
      };
      const options = {
        url: location.origin,
        room: 'rehearsal',
        identity: 'nobody',
        name: 'Robin',
      };
      const refusal = await sdk.joinAsAvatar(options).catch((error: Sdk.ClientError) => error.code);
      await sdk.joinAsAvatar({ ...options, camera }).catch(() => undefined);
      const states = [...opened, camera].flatMap((stream) =>
        stream.getTracks().map(({ readyState }) => readyState),
      );
      return [refusal, states] as const;
    });
    expect(code).toBe('unknown_identity');
    // What the SDK opened (picture and voice) is stopped; what the page opened is the page's.
    expect(live).toEqual(['ended', 'ended', 'live']);
  });

  it('is stopped by its signal', async () => {
    const page = await sdkPage();
    const code = await page.evaluate(async () => {
      const stop = new AbortController();
      const joining = sdk.joinAsAvatar({
        url: location.origin,
        room: 'rehearsal',
        identity: 'ada',
        name: 'Robin',
        signal: stop.signal,
      });
      setTimeout(() => stop.abort());
      return joining.then(
        () => 'joined',
        (error: Sdk.ClientError) => error.code,
      );
    });
    expect(code).toBe('aborted');
  });
});

describe('a session', () => {
  it('hands its avatar to another call, and keeps sending across a reconnection', async () => {
    const page = await sdkPage();
    await join(page);
    await page.evaluate(async () => {
      const near = new RTCPeerConnection();
      const far = new RTCPeerConnection();
      near.onicecandidate = ({ candidate }) => void far.addIceCandidate(candidate ?? undefined);
      far.onicecandidate = ({ candidate }) => void near.addIceCandidate(candidate ?? undefined);
      session.sendTo(near);
      await near.setLocalDescription();
      await far.setRemoteDescription(near.localDescription!);
      await far.setLocalDescription();
      await near.setRemoteDescription(far.localDescription!);
      globalThis.farEnd = far;
    });
    const framesAtFarEnd = () =>
      page.evaluate(async () => {
        for (const entry of (await farEnd.getStats()).values()) {
          if (entry.type === 'inbound-rtp' && entry.kind === 'video')
            return entry.framesDecoded ?? 0;
        }
        return 0;
      });
    await expect.poll(framesAtFarEnd, { timeout: 15_000 }).toBeGreaterThan(5);
    house.server.goDown();
    await expect.poll(() => page.evaluate(() => notes.includes('reconnecting'))).toBe(true);
    house.server.comeBack();
    await expect
      .poll(() => page.evaluate(() => notes.includes('reconnected')), { timeout: 15_000 })
      .toBe(true);
    const before = await framesAtFarEnd();
    await expect.poll(framesAtFarEnd, { timeout: 15_000 }).toBeGreaterThan(before + 10);
  });

  it('ignores what it does not know, with a warning', async () => {
    const page = await sdkPage();
    await join(page);
    house.server.broadcast({ type: 'applause', loud: true });
    await expect.poll(() => page.evaluate(() => notes)).toEqual(['warning unknown_message']);
    expect(await page.evaluate(() => session.state)).not.toBe('closed');
  });

  it('tells both sides’ figures', async () => {
    const page = await sdkPage();
    await join(page);
    const latency = await page.evaluate(
      () =>
        new Promise<string[]>((resolve) => {
          session.on('stats', ({ latency, server }) => {
            if (latency && server) resolve(latency.map(({ leg }) => leg));
          });
        }),
    );
    expect(latency).toEqual(['encode', 'network-up', 'server', 'network-down', 'buffer', 'decode']);
  });

  it('drives with another source when told to, without a renegotiation', async () => {
    const page = await sdkPage();
    await join(page);
    await expect.poll(() => page.evaluate(() => session.state)).toBe('live');
    const offers = () =>
      house.server.received.filter(
        (message) => message.type === 'description' && message.description.type === 'offer',
      ).length;
    const before = offers();
    const replaced = await page.evaluate(async () => {
      const canvas = document.createElement('canvas');
      canvas.getContext('2d')?.fillRect(0, 0, 9, 9);
      const stream = canvas.captureStream(10);
      const { video } = session.capture;
      await session.replaceCamera(stream);
      return video?.readyState === 'ended' && session.capture.video === stream.getVideoTracks()[0];
    });
    expect(replaced).toBe(true);
    expect(offers()).toBe(before);
  });

  it('is over once left: its camera is off, and switching is refused', async () => {
    const page = await sdkPage();
    await join(page);
    const [camera, code, state] = await page.evaluate(async () => {
      const { video } = session.capture;
      session.leave();
      session.leave();
      const refusal = await session
        .switchIdentity('bruno')
        .catch((error: Sdk.ClientError) => error.code);
      return [video?.readyState, refusal, session.state];
    });
    expect([camera, code, state]).toEqual(['ended', 'closed', 'closed']);
    expect(await page.evaluate(() => notes)).toEqual(['closed']);
  });
});
