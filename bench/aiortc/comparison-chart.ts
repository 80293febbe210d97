import type { VideoCodec } from '../../src/pipeline/decode/video-decoder.ts';
import type { TransformRow } from '../aiortc.ts';
import type { Contender } from './contender.ts';

const COLOURS: Readonly<Record<Contender, string>> = {
  understudy: '#c95f1c',
  'understudy, wasm': '#e3a878',
  aiortc: '#2f78b7',
  'aiortc, matched encoder': '#8fb4d6',
};

const CODECS: Readonly<Record<VideoCodec, string>> = { vp8: 'VP8', h264: 'H.264' };

const WIDTH = 900;
const LEFT = 208;
const BARS = 232;
const ROW = 24;
/** The first heading of a codec. */
const HEAD = 66;
/** From a codec's heading to the first of its transforms. */
const CODEC_HEAD = 30;
const GAP = 40;
const FOOT = 44;
/** Where the columns of words begin. */
const LATENCY = LEFT + BARS + 80;
const PICTURE = LATENCY + 130;
const MOST = PICTURE + 90;

/**
 * What peers need for the same transforms, drawn, one codec below the other: a bar for each peer with the
 * processor time of one frame, its latency in words, and how many sessions one core carried.
 */
export function drawComparison(rows: readonly TransformRow[]): string {
  const dearest = Math.max(1, ...rows.map(({ alone }) => alone.cpuMsPerFrame));
  const parts: string[] = [];
  let y = HEAD;
  for (const [codec, coded] of Map.groupBy(rows, ({ codec }) => codec)) {
    parts.push(text(20, y, CODECS[codec], 'codec'));
    parts.push(`<path d="M20 ${y + 9}H${WIDTH - 20}" stroke="#d9c7b4"/>`);
    y += CODEC_HEAD;
    const groups = Map.groupBy(coded, ({ size, transform }) => `${transform}, ${size}²`);
    for (const [title, group] of groups) {
      parts.push(text(20, y, title, 'title'));
      for (const [i, row] of group.entries()) parts.push(bar(row, y + 12 + i * ROW, dearest));
      y += 12 + group.length * ROW + GAP;
    }
  }
  const height = y + FOOT - GAP;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="13">
<title>Picture transforms beside aiortc</title>
<style>text{fill:#2a1613}.codec{font-weight:700;font-size:18px}.title{font-weight:600;font-size:15px}.small{font-size:12px;fill:#6a4f45}</style>
<rect width="100%" height="100%" fill="#fffaf0"/>
${text(LEFT, 30, 'processor time a frame', 'small')}
${text(LATENCY, 30, 'latency p50 / p95', 'small')}
${text(PICTURE, 30, 'picture', 'small')}
${text(MOST, 30, 'most on one core', 'small')}
${parts.join('\n')}
${text(20, height - 16, 'One session alone, from a camera’s frame at the sender’s transport to its answer there; then as many as one core carried at 27 fps and more.', 'small')}
</svg>
`;
}

function bar({ peer, alone, most }: TransformRow, y: number, dearest: number): string {
  const width = (alone.cpuMsPerFrame / dearest) * BARS;
  const words = y + 13;
  const quality = alone.psnrDb === null ? '' : `${alone.psnrDb.toFixed(1)} dB`;
  return [
    text(30, words, peer, ''),
    `<rect x="${LEFT}" y="${y}" width="${width.toFixed(1)}" height="${ROW - 7}" fill="${COLOURS[peer]}"/>`,
    text(Math.round(LEFT + width + 8), words, `${alone.cpuMsPerFrame.toFixed(2)} ms`, 'small'),
    text(LATENCY, words, `${alone.p50Ms.toFixed(0)} / ${alone.p95Ms.toFixed(0)} ms`, ''),
    text(PICTURE, words, quality, ''),
    text(MOST, words, most ? `${most.sessions}, p95 ${most.p95Ms.toFixed(0)} ms` : '', ''),
  ].join('\n');
}

function text(x: number, y: number, words: string, style: string): string {
  return `<text x="${x}" y="${y}"${style && ` class="${style}"`}>${words}</text>`;
}
