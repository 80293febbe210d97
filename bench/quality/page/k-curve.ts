/** One line of the drawing: a contender's score by the number of examples. */
export interface Curve {
  readonly name: string;
  readonly points: readonly { readonly examples: number; readonly value: number }[];
}

const WIDTH = 360;
const HEIGHT = 240;
const MARGIN = { left: 44, right: 12, top: 34, bottom: 40 };
/** Told apart by those who see red and green alike: Okabe & Ito's palette. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'];

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Whole numbers that span all values, a little apart from them. */
function range(values: readonly number[]): readonly [number, number] {
  return [Math.floor(Math.min(...values) - 0.3), Math.ceil(Math.max(...values) + 0.3)];
}

function panel(title: string, curves: readonly Curve[], left: number): string {
  const points = curves.flatMap((curve) => curve.points);
  const [low, high] = range(points.map(({ value }) => value));
  const counts = [...new Set(points.map(({ examples }) => examples))].sort((a, b) => a - b);
  const last = Math.log2(counts.at(-1)!) || 1;
  const inner = {
    width: WIDTH - MARGIN.left - MARGIN.right,
    height: HEIGHT - MARGIN.top - MARGIN.bottom,
  };
  const x = (examples: number) => left + MARGIN.left + (Math.log2(examples) / last) * inner.width;
  const y = (value: number) => MARGIN.top + (1 - (value - low) / (high - low)) * inner.height;
  const step = Math.max(1, Math.ceil((high - low) / 6));
  const lines: string[] = [
    `<text x="${left + WIDTH / 2}" y="20" text-anchor="middle" font-weight="bold">${escaped(title)}</text>`,
  ];
  for (let value = low; value <= high; value += step) {
    lines.push(
      `<line x1="${x(1)}" x2="${left + WIDTH - MARGIN.right}" y1="${y(value).toFixed(1)}" y2="${y(value).toFixed(1)}" stroke="#ddd"/>`,
      `<text x="${x(1) - 8}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${value}</text>`,
    );
  }
  for (const count of counts) {
    lines.push(
      `<text x="${x(count).toFixed(1)}" y="${HEIGHT - MARGIN.bottom + 18}" text-anchor="middle">${count}</text>`,
    );
  }
  curves.forEach(({ points: own }, k) => {
    const colour = COLOURS[k % COLOURS.length]!;
    const path = own.map(
      ({ examples, value }) => `${x(examples).toFixed(1)},${y(value).toFixed(1)}`,
    );
    lines.push(
      `<polyline points="${path.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      ...path.map((at) => {
        const [cx, cy] = at.split(',');
        return `<circle cx="${cx}" cy="${cy}" r="3" fill="${colour}"/>`;
      }),
    );
  });
  return lines.join('\n');
}

/** Scores by the number of examples as an SVG, a panel a score; each contender keeps its colour. */
export function kCurves(
  panels: readonly { readonly title: string; readonly curves: readonly Curve[] }[],
): string {
  const width = panels.length * WIDTH;
  const names = panels[0]?.curves.map(({ name }) => name) ?? [];
  let from = MARGIN.left;
  const legend = names.map((name, k) => {
    const at = from;
    from += 40 + name.length * 7;
    return `<rect x="${at}" y="${HEIGHT - 12}" width="14" height="4" fill="${COLOURS[k % COLOURS.length]}"/><text x="${at + 18}" y="${HEIGHT - 6}">${escaped(name)}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT}" width="${width}" height="${HEIGHT}" font-family="sans-serif" font-size="12" fill="#222">`,
    `<title>${escaped(panels.map(({ title }) => title).join('; '))}</title>`,
    `<rect width="${width}" height="${HEIGHT}" fill="#fff"/>`,
    ...panels.map(({ title, curves }, k) => panel(title, curves, k * WIDTH)),
    ...legend,
    '</svg>',
    '',
  ].join('\n');
}
