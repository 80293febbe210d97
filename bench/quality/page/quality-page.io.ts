import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceRegion } from '../../../scripts/docs/generated-region.ts';
import type { Picture } from '../../../src/pipeline/picture.ts';
import type { Recognition } from '../recognition.ts';
import { ROW_PARTS, type Row, type RowPart } from '../row.ts';
import { kCurves } from './k-curve.ts';
import { encodeWebp } from './picture-encoding.io.ts';
import {
  curvesOf,
  picturesTable,
  puppetryTable,
  recognitionSentence,
  reproductionTable,
  turnedTable,
} from './tables.ts';

/** Pictures side by side: the truth or the driver first, then a contender a row. */
export interface Strip {
  readonly part: RowPart;
  readonly name: string;
  /** What each row shows, for those who read. */
  readonly rows: readonly string[];
  readonly picture: Picture;
}

const COMMAND = 'npm run quality -- --page docs/quality';

/**
 * Renews what a page generates: tables, curves and strips. The rest of the page is written by hand, and
 * what was not measured this time stays as it was: a part's table, and the strips unless all parts were. The
 * strip of turned pictures stands in its own part.
 * @throws RangeError where the page lacks a region's marks.
 */
export async function renewPage(
  folder: string,
  rows: readonly Row[],
  known: Recognition,
  strips: readonly Strip[],
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'README.md');
  const measured = (part: RowPart) => rows.some((row) => row.part === part);
  if (measured('reproduction')) {
    const curves = kCurves([
      { title: 'face, dB by K', curves: curvesOf(rows, 'facePsnr') },
      { title: 'mouth, dB by K', curves: curvesOf(rows, 'mouthPsnr') },
    ]);
    await writeFile(join(folder, 'k-curve.svg'), curves);
  }
  const turned = strips.filter(({ part }) => part === 'turned');
  const others = strips.filter(({ part }) => part !== 'turned');
  for (const { name, picture } of ROW_PARTS.every(measured) ? strips : turned) {
    await writeFile(join(folder, `${name}.webp`), await encodeWebp(picture));
  }
  const regions: Readonly<Record<string, string>> = {
    ...(measured('reproduction') && { reproduction: reproductionTable(rows) }),
    ...(measured('pictures') && { pictures: picturesTable(rows) }),
    ...(measured('turned') && { turned: `${turnedTable(rows)}\n\n${stripsText(turned)}`.trim() }),
    ...(measured('puppetry') && { puppetry: puppetryTable(rows) }),
    recognition: recognitionSentence(known),
    ...(ROW_PARTS.every(measured) && { strips: stripsText(others) }),
  };
  const page = Object.entries(regions).reduce(
    (text, [name, content]) => replaceRegion(text, name, content, COMMAND),
    await readFile(path, 'utf8'),
  );
  await writeFile(path, page);
}

const stripsText = (strips: readonly Strip[]): string =>
  strips
    .map(({ name, rows }) => `![${name}: ${rows.join(', ')}](${name}.webp)\n\n${rows.join(' · ')}`)
    .join('\n\n');
