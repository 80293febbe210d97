import { describe, expect, it } from 'vitest';
import { RENDER_USAGE, readRenderOptions } from '../../src/commands/render-options.ts';

const NEEDED = ['--identity', 'a.png', '--input', 'in.mp4', '--output', 'out.mp4'];
const read = (...argv: string[]) => readRenderOptions(argv, ['warp', 'few-shot-vid2vid']);
const options = (...more: string[]) => {
  const invocation = read(...NEEDED, ...more);
  if (invocation.kind !== 'run') throw new Error('help was not asked for');
  return invocation.options;
};

describe('the arguments of npm run render', () => {
  it('need an identity, an input and an output, and have defaults for the rest', () => {
    expect(options()).toMatchObject({
      identity: ['a.png'],
      engine: 'few-shot-vid2vid',
      motion: 'relative',
      size: 512,
      mark: true,
      report: undefined,
    });
  });

  it('take several pictures of one identity', () => {
    expect(options('--identity', 'b.png').identity).toEqual(['a.png', 'b.png']);
  });

  it('can leave the visible mark out', () => {
    expect(options('--no-mark').mark).toBe(false);
  });

  it.each(['--help', '-h'])('ask for help with %s, whatever else is missing', (flag) => {
    expect(read(flag)).toEqual({ kind: 'help' });
  });

  it.each([
    [['--input', 'a', '--output', 'b'], '--identity'],
    [['--identity', 'a', '--output', 'b'], '--input'],
    [['--identity', 'a', '--input', 'b'], '--output'],
    [[...NEEDED, '--motion', 'sideways'], 'relative, absolute'],
    [[...NEEDED, '--engine', 'magic'], 'warp, few-shot-vid2vid'],
    [[...NEEDED, '--size', '511'], 'an even number from 64 to 1024'],
    [[...NEEDED, '--size', 'big'], 'an even number from 64 to 1024'],
    [[...NEEDED, '--smoothing', '2'], '0 to 1'],
    [[...NEEDED, '--smoothing', ''], '0 to 1'],
    [[...NEEDED, '--codec-backend', 'gpu'], 'auto, native, wasm'],
    [[...NEEDED, '--sise', '512'], '--sise'],
    [[...NEEDED, '--output', './in.mp4'], 'would be lost'],
    [[...NEEDED, '--output', 'a.png'], 'would be lost'],
    [[...NEEDED, '--report', 'out.mp4'], 'would be lost'],
    [[...NEEDED, ...Array(8).fill(['--identity', 'x']).flat()], '8'],
  ])('are refused in a sentence that says what is wrong: %j', (argv, said) => {
    const attempt = () => read(...argv);
    expect(attempt).toThrow(expect.objectContaining({ code: 'invalid_arguments' }));
    expect(attempt).toThrow(said);
  });

  it('are all explained in the help', () => {
    for (const flag of Object.keys(options())) {
      const written = flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      expect(RENDER_USAGE).toContain(written === 'mark' ? '--no-mark' : `--${written}`);
    }
  });
});
