import { beforeEach, describe, expect, it } from 'vitest';
import { SessionBudget } from '../../src/pipeline/budget/session-budget.ts';
import type { DecodedFrame } from '../../src/pipeline/camera-decoder.ts';
import { FrameClock } from '../../src/pipeline/frame-clock.ts';
import { FrameDrawing } from '../../src/pipeline/frame-drawing.ts';
import { OutputEncoders } from '../../src/pipeline/output-encoders.ts';
import { SessionTurn } from '../../src/pipeline/session-turn.ts';
import type { StageTimes } from '../../src/pipeline/stage.ts';
import { Wardrobe } from '../../src/pipeline/wardrobe.ts';
import type { RenderedFrame } from '../../src/pipeline/worker-protocol.ts';
import { codedBytes, FakeStages, settings } from './fake-stages.ts';

let stages: FakeStages;
let wardrobe: Wardrobe;
let drawing: FrameDrawing;
let rendered: RenderedFrame[];
let said: string[];
let closed: boolean;

beforeEach(() => {
  stages = new FakeStages();
  wardrobe = new Wardrobe();
  rendered = [];
  said = [];
  closed = false;
  const { frameBudget: budget, fps } = settings;
  drawing = new FrameDrawing({
    stages,
    events: {
      rendered: (frame) => rendered.push(frame),
      dropped: (reason, count) => said.push(`dropped ${reason} ${count}`),
      avatar: (state) => said.push(`avatar ${state}`),
      needKeyframe: () => undefined,
      working: () => undefined,
      scheduled: () => undefined,
      fault: (stage) => said.push(`fault ${stage}`),
    },
    wardrobe,
    encoders: new OutputEncoders(settings, stages),
    frames: new FrameClock(fps),
    budget: new SessionBudget({ session: 'a', budget, fps, load: stages.load }),
    turn: new SessionTurn(stages),
    settings: () => settings,
    closed: () => closed,
  });
});

const wear = (identity: string) => wardrobe.prepare(identity, () => stages.openIdentity(identity));

async function camera(frame: number): Promise<DecodedFrame> {
  const picture = await stages.createDecoder('vp8').decode(codedBytes('face'));
  return { picture: picture!, frame, receivedAt: stages.now, decoded: 1 };
}

describe('drawing a frame', () => {
  it('draws nothing while nobody is worn', async () => {
    await drawing.draw(await camera(1), 'full', {});
    expect(rendered).toEqual([]);
  });

  it('answers a camera frame, and says what each stage took', async () => {
    await wear('marlow');
    stages.cost = { full: 7 };
    const times: StageTimes = {};
    await drawing.draw(await camera(1), 'full', times);
    expect(rendered).toMatchObject([{ frame: 1, identity: 'marlow', source: 'driven' }]);
    expect(times).toEqual({ landmark: 0, pose: 0, render: 7, encode: 0 });
    expect(said).toEqual(['avatar live']);
  });

  it('makes one of the avatar alone where no camera frame is answered', async () => {
    await wear('marlow');
    await drawing.draw(undefined, undefined, {});
    expect(rendered).toMatchObject([{ frame: null, source: 'idle' }]);
  });

  it('lets nothing of a frame out whose session ended, or whose identity went, while it was drawn', async () => {
    await wear('marlow');
    stages.during = {
      stage: 'encode',
      work: () => {
        closed = true;
      },
    };
    await drawing.draw(await camera(1), 'full', {});
    closed = false;
    stages.during = { stage: 'render', work: () => wardrobe.forget('marlow') };
    await drawing.draw(await camera(2), 'full', {});
    expect(rendered).toEqual([]);
    expect(said).toEqual(['dropped unready 1', 'dropped unready 1']);
  });

  it.each(['landmark', 'render', 'encode'] as const)(
    'loses a frame whose %s breaks, and says so',
    async (stage) => {
      await wear('marlow');
      stages.broken.add(stage);
      await drawing.draw(await camera(1), 'full', {});
      stages.broken.clear();
      await drawing.draw(await camera(2), 'full', {});
      expect(said.slice(0, 2)).toEqual([`fault ${stage}`, 'dropped failed 1']);
      expect(rendered).toMatchObject([{ frame: 2 }]);
    },
  );
});
