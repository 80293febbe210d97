import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { renewPage, type Strip } from '../../../../bench/quality/page/quality-page.io.ts';
import { ROW_PARTS, type Row, type RowPart } from '../../../../bench/quality/row.ts';

const REGIONS = ['reproduction', 'pictures', 'turned', 'puppetry', 'recognition', 'strips'];
const mark = (name: string) =>
  `<!-- generated: ${name} (npm run quality -- --page docs/quality) -->\n\nold ${name}\n\n<!-- end of generated: ${name} -->`;

const row = (part: RowPart): Row => ({
  part,
  group: 'rendered',
  subject: 'an actor',
  ...(part === 'turned' && { target: 'ahead' as const }),
  ...(part === 'puppetry' && { driver: 'a driver' }),
  contender: 'warp',
  examples: 1,
  staged: false,
  scores: { facePsnr: 30, mouthPsnr: 20, eyesPsnr: 25 },
});
const known = { same: 0.8, strangers: 0.2, told: 0.9 };
const strip: Strip = {
  part: 'reproduction',
  name: 'an-actor',
  rows: ['the clip', 'warp'],
  picture: { width: 2, height: 2, rgba: new Uint8ClampedArray(16) },
};

const turnedStrip: Strip = { ...strip, part: 'turned', name: 'turned' };

let folder: string;
const page = () => readFile(join(folder, 'README.md'), 'utf8');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-page-'));
  await writeFile(join(folder, 'README.md'), ['By hand.', ...REGIONS.map(mark)].join('\n\n'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the page of quality', () => {
  it('gets new tables, curves and strips where all parts were measured', async () => {
    await renewPage(folder, ROW_PARTS.map(row), known, [strip, turnedStrip]);
    const text = await page();
    expect(text).not.toContain('old ');
    expect(text).toContain('By hand.');
    expect(text).toContain('| an actor | warp | 1 |');
    expect(text).toContain('](an-actor.webp)');
    expect((await readdir(folder)).sort()).toEqual([
      'README.md',
      'an-actor.webp',
      'k-curve.svg',
      'turned.webp',
    ]);
  });

  it('keeps what was not measured this time', async () => {
    await renewPage(folder, [row('reproduction')], known, [strip]);
    const text = await page();
    expect(text).toContain('| an actor | warp | 1 |');
    for (const name of ['pictures', 'turned', 'puppetry', 'strips'])
      expect(text).toContain(`old ${name}`);
    expect((await readdir(folder)).sort()).toEqual(['README.md', 'k-curve.svg']);
  });

  it('shows the strip of turned pictures below their table, and no other with that part alone', async () => {
    await renewPage(folder, [row('turned')], known, [strip, turnedStrip]);
    const [, turned] = (await page()).split(/<!-- (?:end of )?generated: turned.*-->/);
    expect(turned).toMatch(/\| ahead \| warp \| 30\.00 \|[\s\S]*\]\(turned\.webp\)/);
    expect(await page()).toContain('old strips');
    expect((await readdir(folder)).sort()).toEqual(['README.md', 'turned.webp']);
  });
});
