import { splitArguments, unknown } from './config/arguments.ts';
import { helpText } from './config/help.ts';
import { flagOf, type Setting } from './config/setting.ts';
import { SETTINGS, type SettingKey } from './config/settings.ts';
import { UnderstudyError } from './errors.ts';

type ValueOf<S> = S extends { default: unknown }
  ? S extends Setting<infer T>
    ? T
    : never
  : S extends Setting<infer T>
    ? T | undefined
    : never;

/**
 * Every setting, resolved once and frozen: durations in milliseconds, sizes in bytes, paths
 * absolute. What each is for stands in {@link SETTINGS}.
 */
export type Config = { readonly [K in SettingKey]: ValueOf<(typeof SETTINGS)[K]> };

/** What a command line asks for. */
export type Invocation =
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'run'; readonly config: Config };

/** Variables that start so are ours: an unknown one is a slip, and is refused. */
const ENV_PREFIX = 'UNDERSTUDY_';

/**
 * Flags win over environment variables, these over defaults; an empty variable is as good as unset.
 * @param argv the arguments after the program's name.
 * @throws UnderstudyError `invalid_configuration`: one sentence for each problem, all at once.
 */
export function readInvocation(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Invocation {
  const split = splitArguments(argv);
  if (split.help) return { kind: 'help', text: helpText() };
  const problems = [...split.problems, ...unknownVariables(env)];
  const values: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(SETTINGS) as [SettingKey, Setting<unknown>][]) {
    const flag = split.given.get(key);
    const written = flag ?? (env[setting.env] || undefined);
    const text = written ?? defaultText(setting);
    if (text === undefined) continue;
    values[key] = setting.kind.parse(text);
    if (values[key] !== undefined) continue;
    const source = flag === undefined ? setting.env : flagOf(key);
    const other = flag === undefined ? flagOf(key) : setting.env;
    const shown = setting.secret ? 'what was given' : `'${text}'`;
    problems.push(`${source} (or ${other}) cannot be ${shown}: valid is ${setting.kind.valid}.`);
  }
  // The loop above gave every key the type that its own setting says.
  const config = Object.freeze(values) as unknown as Config;
  if (problems.length === 0) problems.push(...contradictions(config));
  if (problems.length > 0) {
    throw new UnderstudyError('invalid_configuration', problems.join('\n'), { value: problems });
  }
  return { kind: 'run', config };
}

function unknownVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  const known = Object.values(SETTINGS).map((setting) => setting.env as string);
  return Object.keys(env)
    .filter((name) => name.startsWith(ENV_PREFIX) && !known.includes(name))
    .map((name) => unknown(name, known));
}

function defaultText(setting: Setting<unknown>): string | undefined {
  return setting.default === undefined ? undefined : setting.kind.format(setting.default);
}

/** Values that are valid one by one, but not together. */
function contradictions(config: Config): string[] {
  const problems: string[] = [];
  if ((config.tlsCert === undefined) !== (config.tlsKey === undefined)) {
    const [given, missing] = config.tlsCert ? ['tlsCert', 'tlsKey'] : ['tlsKey', 'tlsCert'];
    problems.push(`${flagOf(given)} needs ${flagOf(missing)} beside it.`);
  }
  if (config.tlsCert !== undefined && config.tls === 'self-signed') {
    problems.push('--tls self-signed and --tls-cert exclude each other: give one of them.');
  }
  const staticTurn = config.turnUsername !== undefined && config.turnCredential !== undefined;
  if ((config.turnUsername === undefined) !== (config.turnCredential === undefined)) {
    problems.push('--turn-username and --turn-credential need each other.');
  }
  if (config.turnSecret !== undefined && staticTurn) {
    problems.push('--turn-secret and --turn-username exclude each other: give one of them.');
  }
  if (config.turnUrls.length > 0 && config.turnSecret === undefined && !staticTurn) {
    problems.push('--turn-urls needs --turn-secret, or --turn-username and --turn-credential.');
  }
  if (config.videoCodec === 'h264' && config.codecBackend === 'wasm') {
    problems.push('--video-codec h264 needs --codec-backend native: the wasm one has only vp8.');
  }
  if (config.udpPorts !== 'any') {
    const ports = config.udpPorts.max - config.udpPorts.min + 1;
    if (ports < config.maxSessions) {
      problems.push(
        `--udp-ports has ${ports} ports, fewer than the ${config.maxSessions} participants of --max-sessions: widen the one or lower the other.`,
      );
    }
  }
  return problems;
}
