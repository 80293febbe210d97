import type { LoadReport } from '../load.ts';
import type { LoadFigures } from './summary.ts';

/** In flow order, with the colours of the live panel's light theme. */
const COLOURS: Readonly<Record<string, string>> = {
  wait: '#c9bfb3',
  decode: '#2f78b7',
  landmark: '#2f8a63',
  pose: '#a27a00',
  render: '#c95f1c',
  encode: '#7d4bb0',
};

const WIDTH = 900;
const LEFT = 120;
const RIGHT = 210;
const ROW = 26;
const HEAD = 64;
const GAP = 34;
const FOOT = 44;

/**
 * Where a frame's time goes as sessions are added, drawn: a bar for each number of sessions, made of
 * the stages' medians in flow order, a tick at the p99, and the budget's line.
 */
export function drawWaterfall(reports: readonly LoadReport[]): string {
  const budget = 1_000 / 30;
  const most = Math.max(
    budget * 1.3,
    ...reports.flatMap(({ steps }) => steps.map(({ latencyMs }) => latencyMs.p99)),
  );
  const scale = (WIDTH - LEFT - RIGHT) / Math.min(most, 3 * budget);
  const x = (ms: number) => LEFT + Math.min(ms, 3 * budget) * scale;
  let y = HEAD;
  const parts: string[] = [];
  for (const report of reports) {
    parts.push(
      text(
        20,
        y,
        `${report.engine}, ${report.size}²: ${report.held} sessions held 30 fps; ${report.predicted} were predicted`,
        'title',
      ),
    );
    const top = y + 12;
    for (const [i, step] of report.steps.entries())
      parts.push(row(step, top + i * ROW, x, step.sessions <= report.held));
    y = top + report.steps.length * ROW;
    parts.push(
      `<line class="budget" x1="${x(budget)}" x2="${x(budget)}" y1="${top - 4}" y2="${y}"/>`,
    );
    y += GAP;
  }
  const height = y + FOOT - GAP + 10;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="13">
<title>Where a frame’s time goes as sessions are added</title>
<style>text{fill:#2a1613}.title{font-weight:600;font-size:15px}.small{font-size:12px;fill:#6a4f45}.budget{stroke:#2a1613;stroke-width:1.5;stroke-dasharray:5 4}.p99{stroke:#8b1d2d;stroke-width:3}.late{fill:#a81919}</style>
<rect width="100%" height="100%" fill="#fffaf0"/>
${legend()}
${parts.join('\n')}
${text(20, height - 16, `Medians of each stage, in milliseconds; red tick: 99 of 100 frames were there; dashed: the budget of ${budget.toFixed(1)} ms.`, 'small')}
</svg>
`;
}

function row(
  { sessions, stagesMs, latencyMs, fps }: LoadFigures,
  y: number,
  x: (ms: number) => number,
  good: boolean,
): string {
  let from = 0;
  const bars = Object.entries(COLOURS).map(([stage, colour]) => {
    const to = from + (stagesMs[stage] ?? 0);
    const width = Math.max(0, x(to) - x(from));
    const bar = `<rect x="${x(from).toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${ROW - 8}" fill="${colour}"/>`;
    from = to;
    return bar;
  });
  const tick = x(latencyMs.p99).toFixed(1);
  const words = `p99 ${latencyMs.p99.toFixed(1)} ms, ${fps.toFixed(1)} fps`;
  return [
    text(20, y + 14, `${sessions} session${sessions === 1 ? '' : 's'}`, ''),
    ...bars,
    `<line class="p99" x1="${tick}" x2="${tick}" y1="${y - 2}" y2="${y + ROW - 6}"/>`,
    text(WIDTH - RIGHT + 20, y + 14, words, good ? '' : 'late'),
  ].join('\n');
}

function legend(): string {
  return Object.entries(COLOURS)
    .map(
      ([stage, colour], i) =>
        `<rect x="${LEFT + i * 100}" y="18" width="12" height="12" rx="3" fill="${colour}"/>${text(LEFT + i * 100 + 18, 29, stage, 'small')}`,
    )
    .join('\n');
}

function text(x: number, y: number, words: string, style: string): string {
  return `<text x="${x}" y="${y}"${style && ` class="${style}"`}>${words}</text>`;
}
