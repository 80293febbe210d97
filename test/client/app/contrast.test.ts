import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(
  new URL('../../../src/client/app/styles/tokens.css', import.meta.url),
  'utf8',
);

/** The colours of each theme block in the file, in its order: dark, light by system, light by choice. */
const themes = [...css.matchAll(/\{([^{}]*--bg:[^{}]*)\}/g)].map(
  ([, block = '']) =>
    new Map(
      [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, hex]) => [name!, hex!]),
    ),
);

/** WCAG 2.2, relative luminance. */
function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light! + 0.05) / (dark! + 0.05);
}

const GROUNDS = ['bg', 'bg-glow', 'surface', 'surface-2'];
/** SC 1.4.3: 4.5 for text. SC 1.4.11: 3 for what controls and charts are told by. */
const PAIRS: readonly (readonly [string, string, number])[] = [
  ...GROUNDS.flatMap((ground) => [
    ['text', ground, 4.5] as const,
    ['muted', ground, 4.5] as const,
    ['accent', ground, 3] as const,
  ]),
  ['line-strong', 'bg', 3],
  ['line-strong', 'surface', 3],
  ['accent-ink', 'accent', 4.5],
  ['velvet-ink', 'velvet', 4.5],
  ['danger', 'surface', 4.5],
  ['danger', 'surface-2', 4.5],
  ['good', 'surface', 4.5],
  ...['decode', 'landmark', 'pose', 'render', 'encode', 'other'].map(
    (stage) => [`stage-${stage}`, 'bg', 3] as const,
  ),
];

describe('the colours', () => {
  it('have a dark theme, and the same light one by system and by choice', () => {
    expect(themes).toHaveLength(3);
    expect(themes[1]).toEqual(themes[2]);
  });

  it.each(PAIRS)('%s on %s reach a contrast of %d', (ink, ground, least) => {
    for (const theme of themes.slice(0, 2)) {
      expect(contrast(theme.get(ink)!, theme.get(ground)!)).toBeGreaterThanOrEqual(least);
    }
  });

  it('are measured right: black on white is 21, a colour on itself 1', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
    expect(contrast('#8b1d2d', '#8b1d2d')).toBe(1);
  });
});
