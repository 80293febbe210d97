import { describe, expect, it } from 'vitest';
import { ladderOf, QUALITY_LEVELS } from '../../../src/pipeline/budget/quality-level.ts';
import { RENDER_EFFORTS } from '../../../src/pipeline/render/engine.ts';
import { qualityLevelSchema } from '../../../src/signaling/session-stats.ts';

const levels = (...efforts: Parameters<typeof ladderOf>) =>
  ladderOf(...efforts).map(({ level }) => level);

describe('the levels of an engine', () => {
  it('are all there are for one with two networks that can also warp', () => {
    expect(levels(RENDER_EFFORTS)).toEqual(['full', 'alternate', 'small', 'warp', 'half', 'hold']);
  });

  it('are the full one, half the frames, and hold for one that says nothing of efforts', () => {
    expect(levels()).toEqual(['full', 'half', 'hold']);
  });

  it('have either network in turn with the temporal buffer', () => {
    const turnsAt = (name: string) =>
      ladderOf(RENDER_EFFORTS).find(({ level }) => level === name)?.turns;
    expect(turnsAt('alternate')).toEqual(['full', 'between']);
    expect(turnsAt('small')).toEqual(['small', 'between']);
  });

  it('are without the smaller network for one that has none', () => {
    expect(levels(['full', 'between', 'warp'])).toEqual([
      'full',
      'alternate',
      'warp',
      'half',
      'hold',
    ]);
  });

  it('draw with the cheapest effort where frames are left out', () => {
    expect(ladderOf(RENDER_EFFORTS).at(-1)).toEqual({ level: 'hold', turns: ['warp'], every: 15 });
  });

  it('are those that the protocol names, in its order', () => {
    expect(QUALITY_LEVELS).toEqual(qualityLevelSchema.options);
  });
});
