import { describe, expect, it } from 'vitest';
import { replaceRegion } from '../../scripts/docs/generated-region.ts';
import { renderDocs } from '../../scripts/docs.ts';

describe('the documentation', () => {
  it('is what the source makes of it: npm run docs', async () => {
    const pages = await renderDocs();
    expect(pages.map(({ path }) => path.split('/').at(-1))).toEqual([
      'configuration.md',
      'signaling.md',
      'motion.md',
    ]);
    for (const { before, after } of pages) expect(before).toBe(after);
  });

  it('names every message, error code and setting', async () => {
    const [configuration, signaling] = await renderDocs();
    for (const type of ['`join`', '`joined`', '`tracks`', '`candidate_flood`', '`unknown_room`']) {
      expect(signaling?.after).toContain(type);
    }
    expect(configuration?.after).toContain('`--turn-secret`');
  });
});

describe('a generated region', () => {
  const page = (inside: string) =>
    `a\n<!-- generated: x (npm run docs) -->${inside}<!-- end of generated: x -->\nb`;

  it('is replaced, and nothing around it', () => {
    expect(replaceRegion(page('\nold\n'), 'x', 'new')).toBe(page('\n\nnew\n\n'));
    expect(replaceRegion(page('\n\nnew\n\n'), 'x', 'new')).toBe(page('\n\nnew\n\n'));
  });

  it('must be there once', () => {
    expect(() => replaceRegion('nothing', 'x', 'new')).toThrow(RangeError);
    expect(() => replaceRegion(page('') + page(''), 'x', 'new')).toThrow(RangeError);
  });
});
