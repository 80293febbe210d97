import { beforeEach, describe, expect, it } from 'vitest';
import { Reenactment } from '../../src/pipeline/reenactment.ts';
import type { RenderedFrame } from '../../src/pipeline/worker-protocol.ts';
import { codedBytes, FakeStages, IDENTITY_LUMA, type Kind, settings } from './fake-stages.ts';

let stages: FakeStages;
let session: Reenactment;
let rendered: RenderedFrame[];
let said: string[];
let sent: number;

beforeEach(() => {
  stages = new FakeStages();
  rendered = [];
  said = [];
  sent = 0;
  session = new Reenactment('somebody', settings, stages, {
    rendered: (frame) => rendered.push(frame),
    dropped: (reason, count) => said.push(`dropped ${reason} ${count}`),
    avatar: (state) => said.push(`avatar ${state}`),
    needKeyframe: () => said.push('need keyframe'),
    working: (working) => said.push(`working ${working}`),
    scheduled: () => undefined,
    fault: (stage) => said.push(`fault ${stage}`),
  });
});

/** Lets every promise that can settle do so. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

function push(kind: Kind, keyframe = sent === 0) {
  const receivedAt = stages.now;
  session.push({ frame: sent++, codec: 'vp8', data: codedBytes(kind), keyframe, receivedAt });
}

async function play(kind: Kind, frames: number) {
  for (let frame = 0; frame < frames; frame++) {
    stages.now += 33;
    push(kind);
    await settle();
  }
}

/** The camera is silent: only time passes. */
async function wait(ms: number) {
  const end = stages.now + ms;
  while (stages.now < end) {
    stages.now += 5;
    await session.tick(stages.now);
  }
}

/** Every pixel that left, as the set of lumas; the fake encoder sends the drawn plane itself. */
function lumasSent(): number[] {
  const seen = new Set<number>();
  for (const frame of rendered)
    for (const output of frame.outputs) for (const luma of output.data) seen.add(luma);
  return [...seen];
}

describe('a session', () => {
  it('tells whose turn it is once it is suspect, and at no other time', async () => {
    await session.wear('marlow');
    await play('face', 2);
    expect(said.filter((each) => each.startsWith('working'))).toEqual([]);
    const suspect = new Reenactment('suspect', { ...settings, suspect: true }, stages, {
      rendered: () => said.push('rendered'),
      dropped: () => undefined,
      avatar: () => undefined,
      needKeyframe: () => undefined,
      working: (working) => said.push(`working ${working}`),
      scheduled: () => undefined,
      fault: () => undefined,
    });
    await suspect.wear('marlow');
    said = [];
    const frame = { frame: 0, codec: 'vp8', data: codedBytes('face'), keyframe: true } as const;
    suspect.push({ ...frame, receivedAt: stages.now });
    await settle();
    expect(said).toEqual(['working true', 'rendered', 'working false']);
    suspect.close();
  });

  it('shows its identity before any camera frame came', async () => {
    await session.wear('marlow');
    await wait(100);
    expect(rendered[0]?.frame).toBeNull();
    expect(lumasSent()).toEqual([IDENTITY_LUMA.marlow]);
  });

  it('answers each camera frame with one avatar frame that names it, and times its stages', async () => {
    await session.wear('marlow');
    await play('face', 5);
    expect(rendered.map((frame) => frame.frame)).toEqual([0, 1, 2, 3, 4]);
    expect(Object.keys(rendered[0]?.stages ?? {})).toEqual([
      'decode',
      'landmark',
      'pose',
      'render',
      'encode',
    ]);
    expect(said).toContain('avatar live');
  });

  it('draws only the newest of the frames that piled up, but decodes them all', async () => {
    await session.wear('marlow');
    await play('face', 1);
    for (let frame = 0; frame < 4; frame++) push('face');
    await settle();
    expect(rendered.at(-1)?.frame).toBe(4);
    expect(rendered.length).toBeLessThan(5);
    expect(said.filter((each) => each === 'dropped superseded 1').length).toBeGreaterThan(0);
  });

  it('asks for a keyframe after a frame that cannot be decoded, and goes on with it', async () => {
    await session.wear('marlow');
    await play('face', 2);
    await play('corrupt', 1);
    expect(said).toContain('need keyframe');
    await play('face', 1);
    expect(said).toContain('dropped undecodable 1');
    push('face', true);
    await settle();
    expect(rendered.at(-1)?.frame).toBe(4);
  });

  it('holds, then idles, when the face is lost, and comes back', async () => {
    await session.wear('marlow');
    await play('face', 3);
    await play('faceless', 30);
    expect(said.filter((each) => each.startsWith('avatar'))).toEqual([
      'avatar live',
      'avatar face-lost',
      'avatar idle',
    ]);
    await play('face', 1);
    expect(rendered.at(-1)?.source).toBe('driven');
  });

  it('fills a gap in the camera frames by itself', async () => {
    await session.wear('marlow');
    await play('face', 10);
    const before = rendered.length;
    await wait(200);
    const filled = rendered.slice(before);
    expect(filled.length).toBeGreaterThanOrEqual(2);
    expect(filled.every((frame) => frame.frame === null && frame.source === 'held')).toBe(true);
  });

  it('switches the identity between two frames without missing one', async () => {
    await session.wear('marlow');
    await play('face', 3);
    let open: () => void = () => undefined;
    stages.gate = new Promise((resolve) => {
      open = resolve;
    });
    const switched = session.wear('vesper');
    await play('face', 3);
    open();
    await switched;
    await play('face', 3);
    expect(rendered.filter((frame) => frame.frame !== null).map((frame) => frame.identity)).toEqual(
      ['marlow', 'marlow', 'marlow', 'marlow', 'marlow', 'marlow', 'vesper', 'vesper', 'vesper'],
    );
    expect(stages.closed).toEqual(['marlow']);
  });

  it('keeps the old identity when the new one cannot be opened', async () => {
    await session.wear('marlow');
    stages.broken.add('identity');
    await expect(session.wear('vesper')).rejects.toThrow('identity');
    await play('face', 2);
    expect(rendered.at(-1)?.identity).toBe('marlow');
  });

  it('makes not one more frame of an identity that is forgotten, even in mid-frame', async () => {
    await session.wear('marlow');
    await play('face', 2);
    stages.during = { stage: 'render', work: () => session.forget('marlow') };
    await play('face', 5);
    await wait(500);
    expect(rendered.filter((frame) => frame.frame !== null).length).toBe(2);
    expect(stages.closed).toEqual(['marlow']);
    await session.wear('vesper');
    await play('face', 1);
    expect(rendered.at(-1)?.identity).toBe('vesper');
  });

  it('starts over at a keyframe after a frame that was coded and not sent, because its identity was forgotten', async () => {
    await session.wear('marlow');
    await play('face', 2);
    stages.during = { stage: 'encode', work: () => session.forget('marlow') };
    await play('face', 1);
    expect(rendered.length).toBe(2);
    await session.wear('vesper');
    await play('face', 2);
    const [first, second] = rendered.slice(2);
    expect(first).toMatchObject({ identity: 'vesper', outputs: [{ keyframe: true }] });
    expect(second).toMatchObject({ outputs: [{ keyframe: false }] });
  });

  it('starts over at a keyframe in every codec after a frame that one of them could not code', async () => {
    await session.wear('marlow');
    session.setOutputs(['vp8', 'h264']);
    await play('face', 2);
    stages.during = {
      stage: 'encode',
      // The first codec's work is done by then: its frame is lost with the other's.
      work: () => void Promise.resolve().then(() => stages.broken.add('encode')),
    };
    await play('face', 1);
    expect(said.at(-1)).toBe('dropped failed 1');
    stages.broken.clear();
    await play('face', 1);
    expect(rendered.at(-1)?.outputs.map(({ codec, keyframe }) => [codec, keyframe])).toEqual([
      ['vp8', true],
      ['h264', true],
    ]);
  });

  it('draws nothing for a muted camera but idles, and starts over at a keyframe', async () => {
    await session.wear('marlow');
    await play('face', 3);
    session.setPaused(true);
    await play('face', 3);
    await wait(1_000);
    expect(rendered.filter((frame) => frame.frame !== null).length).toBe(3);
    expect(rendered.at(-1)?.source).toBe('idle');
    session.setPaused(false);
    push('face');
    await settle();
    expect(said.at(-1)).toBe('need keyframe');
  });

  it('opens an encoder for each watched codec, starts it with a keyframe, and closes it', async () => {
    await session.wear('marlow');
    await play('face', 1);
    session.setOutputs(['vp8', 'h264']);
    await play('face', 1);
    expect(rendered.at(-1)?.outputs.map(({ codec, keyframe }) => [codec, keyframe])).toEqual([
      ['vp8', false],
      ['h264', true],
    ]);
    session.setOutputs(['h264']);
    await play('face', 1);
    expect(stages.encoders).toBe(1);
  });

  it('closes in mid-frame without pulling anything from under it', async () => {
    await session.wear('marlow');
    stages.during = { stage: 'landmark', work: () => session.close() };
    await play('face', 2);
    expect(said.filter((each) => each.startsWith('fault'))).toEqual([]);
    expect([stages.decoders, stages.encoders]).toEqual([0, 0]);
    expect(stages.closed).toEqual(['marlow']);
  });
});

describe('a session that another worker draws so far', () => {
  it('draws nothing before the camera’s first frame, and then with what is known of the driver', async () => {
    const memory = { neutral: new Float64Array(3), lids: [], resting: [], ages: [], unit: 1 };
    session.close();
    session = new Reenactment('somebody', { ...settings, standby: true }, stages, {
      rendered: (frame) => rendered.push(frame),
      dropped: () => undefined,
      avatar: () => undefined,
      needKeyframe: () => undefined,
      working: () => undefined,
      scheduled: () => undefined,
      fault: () => undefined,
    });
    session.recall(memory);
    await session.wear('marlow');
    await wait(500);
    expect(rendered).toEqual([]);
    await play('face', 1);
    expect(rendered[0]).toMatchObject({ frame: 0, outputs: [{ keyframe: true }] });
    expect(stages.recalled).toEqual([memory]);
    await wait(200);
    expect(rendered.at(-1)?.frame).toBeNull();
  });
});

describe('a session whose frames take too long', () => {
  it('draws every second frame instead of being late with each, and says why', async () => {
    stages.cost = { full: 45 };
    await session.wear('marlow');
    await play('face', 60);
    expect(rendered.at(-1)).toMatchObject({ level: 'half', levelReason: 'own-cost' });
    expect(said).toContain('dropped half-rate 1');
  });

  it('falls from the network to the warp, and climbs back when there is time again', async () => {
    stages.efforts = ['full', 'warp'];
    stages.cost = { full: 45, warp: 5 };
    await session.wear('marlow');
    await play('face', 60);
    expect(rendered.at(-1)).toMatchObject({ level: 'warp', levelReason: 'own-cost' });
    expect(stages.drawnWith.at(-1)).toBe('warp');
    stages.cost = { full: 8, warp: 5 };
    await play('face', 2_000);
    expect(rendered.at(-1)).toMatchObject({ level: 'full', levelReason: 'within-budget' });
  });

  it('still shows its identity alone', async () => {
    stages.cost = { full: 200 };
    await session.wear('marlow');
    await play('face', 100);
    expect(rendered.at(-1)?.level).toBe('hold');
    expect(lumasSent()).toEqual([IDENTITY_LUMA.marlow]);
  });
});

describe('a session whose network fails', () => {
  const degraded = () => rendered.map((frame) => frame.degraded);

  it('says so of each frame that was shown without its answer, and of no other', async () => {
    await session.wear('marlow');
    await play('face', 2);
    stages.broken.add('network');
    await play('face', 2);
    stages.broken.delete('network');
    await play('face', 1);
    expect(degraded()).toEqual([false, false, true, true, false]);
    expect(rendered.at(-2)).toMatchObject({ level: 'full', outputs: [{ codec: 'vp8' }] });
  });

  it('says so of a frame that the avatar made of itself', async () => {
    await session.wear('marlow');
    stages.broken.add('network');
    await wait(100);
    expect(rendered[0]).toMatchObject({ frame: null, degraded: true });
  });

  it('does not hold it against the frames after one that was never shown', async () => {
    await session.wear('marlow');
    stages.broken.add('network').add('encode');
    await play('face', 3);
    stages.broken.clear();
    await play('face', 2);
    expect(degraded()).toEqual([false, false]);
  });

  it('does not hold it against the next identity', async () => {
    await session.wear('marlow');
    stages.broken.add('network');
    await play('face', 2);
    stages.broken.clear();
    await session.wear('vesper');
    await play('face', 2);
    expect(rendered.map(({ identity, degraded }) => `${identity} ${degraded}`)).toEqual([
      'marlow true',
      'marlow true',
      'vesper false',
      'vesper false',
    ]);
  });
});

describe('no pixel of the driver leaves', () => {
  const cases: Record<string, () => Promise<void>> = {
    'before the identity is ready': async () => {
      stages.gate = new Promise(() => undefined);
      void session.wear('marlow');
      await play('face', 10);
      await wait(500);
      expect(rendered).toEqual([]);
    },
    'when the identity cannot be opened': async () => {
      stages.broken.add('identity');
      await session.wear('marlow').catch(() => undefined);
      await play('face', 10);
      expect(rendered).toEqual([]);
    },
    'when the face is lost': () => play('faceless', 60),
    'when the tracker throws': async () => {
      stages.broken.add('landmark');
      await play('face', 10);
      await wait(500);
      expect(stages.trackerResets).toBeGreaterThan(0);
    },
    'when the engine throws': async () => {
      await play('face', 3);
      stages.broken.add('render');
      await play('face', 10);
      stages.broken.clear();
      await play('face', 3);
      expect(rendered.at(-1)?.source).toBe('driven');
    },
    'when the encoder throws': async () => {
      stages.broken.add('encode');
      await play('face', 10);
    },
    'under overload': async () => {
      for (let frame = 0; frame < 300; frame++) push('face');
      await settle();
    },
    'when an output codec is switched': async () => {
      await play('face', 3);
      session.setOutputs(['h264']);
      await play('face', 3);
      session.setOutputs(['vp8', 'h264']);
      await play('face', 3);
    },
    'when the stream is corrupt': async () => {
      await play('corrupt', 5);
      await play('face', 5);
      await wait(500);
    },
    'when the identity is forgotten': async () => {
      await play('face', 3);
      session.forget('marlow');
      await play('face', 3);
    },
  };

  for (const [when, act] of Object.entries(cases))
    it(when, async () => {
      if (!when.includes('identity is ready') && !when.includes('cannot be opened'))
        await session.wear('marlow');
      await act();
      for (const luma of lumasSent()) expect(Object.values(IDENTITY_LUMA)).toContain(luma);
    });
});
