import { describe, expect, it } from 'vitest';
import { QUALITY_USAGE, readQualityOptions } from '../../../bench/quality/quality-options.ts';

const read = (...argv: string[]) => readQualityOptions(argv, ['static', 'warp']);

describe('the arguments of npm run quality', () => {
  it('may be left out', () => {
    expect(read()).toMatchObject({
      kind: 'run',
      options: { engines: ['static', 'warp'], only: '', frames: 450, cache: 'build/quality' },
    });
  });

  it('choose engines, parts and files', () => {
    expect(
      read(
        '--engine',
        'warp',
        '--part',
        'puppetry,pictures',
        '--json',
        'a.json',
        '--page',
        'docs/quality',
      ),
    ).toMatchObject({
      options: {
        engines: ['warp'],
        parts: ['puppetry', 'pictures'],
        json: 'a.json',
        page: 'docs/quality',
      },
    });
  });

  it('name variants of the model, as many as are wanted', () => {
    expect(read()).toMatchObject({ options: { variants: [] } });
    expect(read('--variant', 'bold=/models/a', '--variant', 'tuned-2=b=c')).toMatchObject({
      options: {
        engines: ['static', 'warp'],
        variants: [
          { name: 'bold', folder: '/models/a' },
          { name: 'tuned-2', folder: 'b=c' },
        ],
      },
    });
  });

  it("name a folder of fine-tuned kernels, and keep its rows' name from others", () => {
    expect(read()).toMatchObject({ options: { tuned: undefined } });
    expect(read('--tuned', 'build/tuned')).toMatchObject({ options: { tuned: 'build/tuned' } });
    expect(() => read('--variant', 'fine-tuned=a')).toThrow(/--variant.*fine-tuned=a/);
  });

  it('choose numbers of examples', () => {
    expect(read()).toMatchObject({ options: { examples: [1, 2, 4, 8] } });
    expect(read('--examples', '1,4')).toMatchObject({ options: { examples: [1, 4] } });
    expect(() => read('--examples', '3')).toThrow(/--examples.*3.*1, 2, 4, 8/);
  });

  it("name levels to be drawn at, and keep their rows' names from others", () => {
    expect(read()).toMatchObject({ options: { levels: [] } });
    const levels = ['alternate', 'small'];
    expect(read('--level', 'alternate,small')).toMatchObject({ options: { levels } });
    expect(() => read('--variant', 'level-small=a')).toThrow(/--variant.*level-small=a/);
    expect(() => read('--variant', 'bold=a', '--variant', 'bold-small=b')).toThrow(/bold-small=b/);
    expect(() => read('--variant', 'bold-small=b', '--variant', 'bold=a')).toThrow(/bold=a/);
    expect(() => read('--level', 'hold')).toThrow(/--level.*hold.*alternate, small/);
  });

  it.each([
    [['--engine', 'warp,magic'], /magic.*static, warp/],
    [['--variant', 'bold'], /--variant.*bold.*folder/],
    [['--variant', 'warp=models/bold'], /--variant.*warp=models/],
    [['--variant', 'a=one', '--variant', 'a=two'], /--variant.*a=two/],
    [['--part', 'all'], /all.*reproduction, pictures, turned, puppetry/],
    [['--frames', '3'], /--frames.*3/],
    [['--speed', '3'], /--speed/],
  ])('%j is refused by name, with what is valid', (argv, message) => {
    expect(() => read(...argv)).toThrow(message);
  });

  it('are all told by --help', () => {
    expect(read('--help')).toEqual({ kind: 'help' });
    for (const flag of [
      'json',
      'page',
      'strips',
      'engine',
      'variant',
      'only',
      'part',
      'renders',
      'media',
      'cache',
    ])
      expect(QUALITY_USAGE).toContain(`--${flag} `);
  });
});
