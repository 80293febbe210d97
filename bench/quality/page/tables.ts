import { markdownTable } from '../../../scripts/docs/markdown-table.ts';
import type { Recognition } from '../recognition.ts';
import type { Scores } from '../reproduction.ts';
import type { Row } from '../row.ts';
import type { Curve } from './k-curve.ts';

interface Column {
  readonly title: string;
  readonly score: string;
  readonly digits: number;
}

const STILL: readonly Column[] = [
  { title: 'face dB', score: 'facePsnr', digits: 2 },
  { title: 'mouth dB', score: 'mouthPsnr', digits: 2 },
  { title: 'eyes dB', score: 'eyesPsnr', digits: 2 },
  { title: 'face SSIM', score: 'faceSsim', digits: 3 },
  { title: 'mouth SSIM', score: 'mouthSsim', digits: 3 },
  { title: 'eyes SSIM', score: 'eyesSsim', digits: 3 },
  { title: 'points px', score: 'keypoints', digits: 2 },
  { title: 'identity', score: 'identity', digits: 2 },
];
const TURNED: readonly Column[] = [
  { title: 'face dB', score: 'facePsnr', digits: 2 },
  { title: 'around the face dB', score: 'aroundPsnr', digits: 2 },
  { title: 'identity', score: 'identity', digits: 2 },
];
const MOVING: readonly Column[] = [
  { title: 'flicker ×', score: 'flicker', digits: 2 },
  { title: 'warping ×', score: 'warpingError', digits: 2 },
  { title: 'tOF px', score: 'tOF', digits: 2 },
];
const FOLLOWING: readonly Column[] = [
  { title: 'pose', score: 'pose', digits: 3 },
  { title: 'expression', score: 'expression', digits: 3 },
  { title: 'gaze', score: 'gaze', digits: 3 },
  { title: 'mouth', score: 'mouthOpen', digits: 3 },
  { title: 'blink', score: 'blink', digits: 3 },
  { title: 'flicker ×', score: 'flicker', digits: 2 },
  { title: 'warping', score: 'warpingError', digits: 2 },
  { title: 'identity', score: 'identity', digits: 2 },
  { title: 'lost %', score: 'lost', digits: 1 },
];

/** Means, score by score, over the rows that have it. */
export function meanScores(rows: readonly Row[]): Scores {
  const names = new Set(rows.flatMap(({ scores }) => Object.keys(scores)));
  return Object.fromEntries(
    [...names].map((name) => {
      const values = rows.flatMap(({ scores }) => scores[name] ?? []);
      return [name, values.reduce((sum, value) => sum + value, 0) / values.length];
    }),
  );
}

const cells = (columns: readonly Column[], scores: Scores) =>
  columns.map(({ score, digits }) => {
    const value = scores[score];
    if (value === undefined) return '';
    return (score === 'lost' ? value * 100 : value).toFixed(digits);
  });

const contenderOf = ({ contender, staged, part }: Row) =>
  staged && part === 'reproduction' ? `${contender}, as in a call` : contender;

/** Groups in the order of their first member. */
function grouped<T>(list: readonly T[], keyOf: (item: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const item of list) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return [...groups];
}

/** Each clip drawn from its own frames. */
export function reproductionTable(rows: readonly Row[]): string {
  const columns = [...STILL, ...MOVING];
  return markdownTable(
    ['clip', 'engine', 'K', ...columns.map(({ title }) => title)],
    rows
      .filter(({ part }) => part === 'reproduction')
      .map((row) => [
        row.subject,
        contenderOf(row),
        row.contender === 'static' ? '' : String(row.examples),
        ...cells(columns, row.scores),
      ]),
  );
}

/** The cast's pictures drawn from others of them, mean over the cast. */
export function picturesTable(rows: readonly Row[]): string {
  const own = rows.filter(({ part }) => part === 'pictures');
  return markdownTable(
    ['engine', 'K', ...STILL.map(({ title }) => title)],
    grouped(own, ({ contender, examples }) => `${contender} ${examples}`).map(([, group]) => [
      group[0]!.contender,
      group[0]!.contender === 'static' ? '' : String(group[0]!.examples),
      ...cells(STILL, meanScores(group)),
    ]),
  );
}

/** The cast drawn from one picture that looks aside, mean over the cast. */
export function turnedTable(rows: readonly Row[]): string {
  const own = rows.filter(({ part }) => part === 'turned');
  return markdownTable(
    ['made to look', 'engine', ...TURNED.map(({ title }) => title)],
    grouped(own, ({ target, contender }) => `${target} ${contender}`).map(([, group]) => [
      group[0]!.target ?? '',
      group[0]!.contender,
      ...cells(TURNED, meanScores(group)),
    ]),
  );
}

/** People moved by others: each portrait, and the cast in the mean. */
export function puppetryTable(rows: readonly Row[]): string {
  const own = rows.filter(({ part }) => part === 'puppetry');
  const subject = (row: Row) => (row.group === 'rendered' ? 'the cast, mean' : row.subject);
  return markdownTable(
    ['driver', 'identity', 'engine', ...FOLLOWING.map(({ title }) => title)],
    grouped(own, (row) => `${row.driver} ${subject(row)} ${row.contender}`).map(([, group]) => [
      group[0]!.driver ?? '',
      subject(group[0]!),
      group[0]!.contender,
      ...cells(FOLLOWING, meanScores(group)),
    ]),
  );
}

export function recognitionSentence({ same, strangers, told }: Recognition): string {
  return `On the pictures of this page's people, two of one person score ${same.toFixed(2)} in the mean, two of different people ${strangers.toFixed(2)}, and the same person scores higher in ${(100 * told).toFixed(1)} % of comparisons.`;
}

/** A score by the number of examples, mean over the clips, a curve an engine. */
export function curvesOf(rows: readonly Row[], score: string): Curve[] {
  const own = rows.filter(
    (row) => row.part === 'reproduction' && !row.staged && row.contender !== 'static',
  );
  return grouped(own, ({ contender }) => contender).map(([name, group]) => ({
    name,
    points: grouped(group, ({ examples }) => String(examples)).flatMap(([, same]) => {
      const value = meanScores(same)[score];
      return value === undefined ? [] : [{ examples: same[0]!.examples, value }];
    }),
  }));
}
