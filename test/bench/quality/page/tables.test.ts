import { describe, expect, it } from 'vitest';
import {
  curvesOf,
  meanScores,
  puppetryTable,
  reproductionTable,
  turnedTable,
} from '../../../../bench/quality/page/tables.ts';
import type { Row } from '../../../../bench/quality/row.ts';

const row = (
  subject: string,
  examples: number,
  facePsnr: number,
  rest: Partial<Row> = {},
): Row => ({
  part: 'reproduction',
  group: 'real',
  subject,
  contender: 'warp',
  examples,
  staged: false,
  scores: { facePsnr },
  ...rest,
});

describe('the tables of quality', () => {
  it('have a line a row, and nothing where nothing was measured', () => {
    const line = reproductionTable([row('a', 2, 24.256)]).split('\n')[2]!;
    expect(line).toMatch(/^\| a \| warp \| 2 \| 24\.26 \| {2}\|/);
  });

  it('give each portrait its line and the cast one for all', () => {
    const puppet = (subject: string, group: 'real' | 'rendered', pose: number) =>
      row(subject, 1, 0, { part: 'puppetry', driver: 'd', group, scores: { pose } });
    const table = puppetryTable([
      puppet('lady', 'real', 0.9),
      puppet('pip', 'rendered', 0.8),
      puppet('ines', 'rendered', 0.6),
    ]);
    expect(table.split('\n').slice(2)).toHaveLength(2);
    expect(table).toContain('| the cast, mean | warp | 0.700 |');
  });

  it('give turned pictures a line a target and engine, the mean over the cast', () => {
    const turned = (subject: string, target: Row['target'], facePsnr: number) =>
      row(subject, 1, 0, {
        part: 'turned',
        ...(target && { target }),
        scores: { facePsnr, aroundPsnr: facePsnr - 3, identity: 0.5 },
      });
    const table = turnedTable([
      turned('ines', 'the other way', 18),
      turned('pip', 'the other way', 20),
      turned('ines', 'ahead', 24),
    ]);
    expect(table.split('\n').slice(2)).toEqual([
      '| the other way | warp | 19.00 | 16.00 | 0.50 |',
      '| ahead | warp | 24.00 | 21.00 | 0.50 |',
    ]);
  });

  it('draw curves of the mean over clips, of what was drawn unsmoothed', () => {
    const rows = [
      row('a', 1, 20),
      row('b', 1, 30),
      row('a', 2, 26),
      row('a', 1, 0, { staged: true }),
    ];
    expect(curvesOf(rows, 'facePsnr')).toEqual([
      {
        name: 'warp',
        points: [
          { examples: 1, value: 25 },
          { examples: 2, value: 26 },
        ],
      },
    ]);
  });

  it('take the mean of each score over the rows that have it', () => {
    expect(meanScores([row('a', 1, 20), row('b', 1, 30, { scores: { tOF: 1 } })])).toEqual({
      facePsnr: 20,
      tOF: 1,
    });
  });
});
