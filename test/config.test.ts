import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../src/config/settings.ts';
import { type Config, readInvocation } from '../src/config.ts';
import { UnderstudyError } from '../src/errors.ts';

function configOf(argv: string[], env: Record<string, string> = {}): Config {
  const invocation = readInvocation(argv, env);
  if (invocation.kind !== 'run') throw new Error('asked for help');
  return invocation.config;
}

function problemsOf(argv: string[], env: Record<string, string> = {}): string[] {
  try {
    readInvocation(argv, env);
  } catch (error) {
    if (error instanceof UnderstudyError && error.code === 'invalid_configuration') {
      return error.message.split('\n');
    }
    throw error;
  }
  return [];
}

describe('configuration', () => {
  it('has a frozen default for everything that needs one', () => {
    const config = configOf([]);
    expect(config).toMatchObject({ port: 8080, host: '127.0.0.1', size: 512, tls: 'off' });
    expect(config.data).toBe(resolve('data'));
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.stunUrls)).toBe(true);
  });

  it('writes every default in a way that reads back as the same value', () => {
    for (const [key, setting] of Object.entries(SETTINGS)) {
      if (!('default' in setting)) continue;
      const text = (setting.kind.format as (value: unknown) => string)(setting.default);
      const expected = setting.kind.valid.startsWith('a folder')
        ? resolve(String(setting.default))
        : setting.default;
      expect(setting.kind.parse(text), key).toEqual(expected);
    }
  });

  it('takes flags over variables over defaults', () => {
    const env = { PORT: '1000', UNDERSTUDY_FPS: '25' };
    expect(configOf(['--port', '2000'], env)).toMatchObject({ port: 2000, fps: 25 });
  });

  it('takes an empty variable as unset', () => {
    expect(configOf([], { PORT: '' }).port).toBe(8080);
  });

  it('reads switches with a value, bare and negated', () => {
    expect(configOf(['--no-web', '--mark', '--port=0'])).toMatchObject({
      web: false,
      mark: true,
      port: 0,
    });
    expect(configOf(['--web', 'off']).web).toBe(false);
    expect(configOf([], { UNDERSTUDY_WEB: '0' }).web).toBe(false);
  });

  it('reads durations, sizes, ranges and lists into their units', () => {
    const config = configOf([
      ...['--idle-timeout', '1m', '--max-upload', '8MB', '--udp-ports', '40000-40099'],
      ...['--stun-urls', 'stun:a.example:3478, stun:b.example'],
    ]);
    expect(config.idleTimeout).toBe(60_000);
    expect(config.maxUpload).toBe(8_000_000);
    expect(config.udpPorts).toEqual({ min: 40_000, max: 40_099 });
    expect(config.stunUrls).toEqual(['stun:a.example:3478', 'stun:b.example']);
  });

  it('keeps origins as browsers send them', () => {
    const { allowedOrigins } = configOf([
      '--allowed-origins',
      'https://Call.Example:443,http://a:81',
    ]);
    expect(allowedOrigins).toEqual(['https://call.example', 'http://a:81']);
  });

  it.each([
    ['--allowed-origins', 'https://call.example:99999'],
    ['--allowed-origins', 'http://[::'],
    ['--stun-urls', 'stun:stun.example:99999'],
    ['--stun-urls', 'stun:a:b:c'],
    ['--turn-urls', 'turn:turn.example?transport=carrier-pigeon'],
    ['--ice-addresses', '1.2.3'],
    ['--announced-addresses', '999.1.1.1'],
  ])('refuses %s %s, which would fail in every call, or in the server', (flag, written) => {
    expect(problemsOf([flag, written])[0]).toContain(`cannot be '${written}'`);
  });

  it('takes ICE servers by address, too', () => {
    const urls = ['stun:[2001:db8::1]:3478', 'stuns:192.0.2.1', 'stun:stun.example'];
    expect(configOf(['--stun-urls', urls.join(',')]).stunUrls).toEqual(urls);
  });

  it('names flag, variable, bad value and valid values', () => {
    expect(problemsOf(['--size', '500'])).toEqual([
      "--size (or UNDERSTUDY_SIZE) cannot be '500': valid is 256, 384, 512, 768.",
    ]);
    expect(problemsOf([], { PORT: '70000' })).toEqual([
      "PORT (or --port) cannot be '70000': valid is a whole number from 0 to 65535.",
    ]);
  });

  it('tells all problems at once', () => {
    const problems = problemsOf(['--prot', '1', '--fps', 'many'], { UNDERSTUDY_SISE: '512' });
    expect(problems).toHaveLength(3);
    expect(problems[0]).toContain('Did you mean --port?');
    expect(problems[1]).toContain('Did you mean UNDERSTUDY_SIZE?');
    expect(problems[2]).toContain('--fps');
  });

  it('points to the help where no name is near', () => {
    expect(problemsOf(['--zzzzzzzzzzzz'])).toEqual([
      '--zzzzzzzzzzzz is not a setting. See --help.',
    ]);
  });

  it('asks for a missing value and refuses to negate what is no switch', () => {
    expect(problemsOf(['--port', '--host', 'x'])[0]).toContain('--port needs a value');
    expect(problemsOf(['--no-port'])[0]).toContain('--no-port is not a setting');
  });

  it('never shows a secret back', () => {
    const [problem] = problemsOf(['--admin-token', 'short one']);
    expect(problem).toContain('--admin-token');
    expect(problem).not.toContain('short');
  });

  it.each([
    [['--tls-cert', 'a.pem'], '--tls-key'],
    [['--tls', 'self-signed', '--tls-cert', 'a', '--tls-key', 'b'], 'exclude each other'],
    [['--turn-urls', 'turn:t.example'], '--turn-secret'],
    [['--turn-username', 'u'], '--turn-credential'],
    [
      ['--turn-secret', 's', '--turn-username', 'u', '--turn-credential', 'c'],
      'exclude each other',
    ],
    [['--video-codec', 'h264', '--codec-backend', 'wasm'], 'native'],
    [['--udp-ports', '40000-40001'], '--max-sessions'],
  ])('finds what contradicts itself in %j', (argv, sentence) => {
    const problems = problemsOf(argv);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(sentence);
  });

  it('lists every setting in the help, with its variable and default', () => {
    const invocation = readInvocation(['--port', 'x', '--help'], {});
    if (invocation.kind !== 'help') throw new Error('expected help');
    for (const setting of Object.values(SETTINGS)) expect(invocation.text).toContain(setting.env);
    expect(invocation.text).toContain(
      '--max-room-participants  (UNDERSTUDY_MAX_ROOM_PARTICIPANTS)',
    );
    expect(invocation.text).toContain('Default: 30s.');
    expect(Math.max(...invocation.text.split('\n').map((line) => line.length))).toBeLessThan(100);
  });
});
