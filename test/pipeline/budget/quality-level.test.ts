import { describe, expect, it } from 'vitest';
import { ladderOf, QUALITY_LEVELS } from '../../../src/pipeline/budget/quality-level.ts';
import { RENDER_EFFORTS } from '../../../src/pipeline/render/engine.ts';
import { qualityLevelSchema } from '../../../src/signaling/session-stats.ts';

const levels = (...efforts: Parameters<typeof ladderOf>) =>
  ladderOf(...efforts).map(({ level }) => level);

describe('the levels of an engine', () => {
  it('are all there are for one with two networks that can also warp', () => {
    expect(levels(RENDER_EFFORTS)).toEqual(['full', 'small', 'alternate', 'warp', 'half', 'hold']);
  });

  it('are the full one, half the frames, and hold for one that says nothing of efforts', () => {
    expect(levels()).toEqual(['full', 'half', 'hold']);
  });

  it('alternate the one network there is with the temporal buffer', () => {
    const alternate = ladderOf(['full', 'between']).find(({ level }) => level === 'alternate');
    expect(alternate?.turns).toEqual(['full', 'between']);
  });

  it('draw with the cheapest effort where frames are left out', () => {
    expect(ladderOf(RENDER_EFFORTS).at(-1)).toEqual({ level: 'hold', turns: ['warp'], every: 15 });
  });

  it('are those that the protocol names, in its order', () => {
    expect(QUALITY_LEVELS).toEqual(qualityLevelSchema.options);
  });
});
