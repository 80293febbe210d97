import { closestMatch } from 'leven';
import { flagOf } from './setting.ts';
import { SETTINGS, type SettingKey } from './settings.ts';

/** What the command line says, before any value is looked at. */
export interface Arguments {
  readonly help: boolean;
  readonly given: ReadonlyMap<SettingKey, string>;
  readonly problems: readonly string[];
}

/** A name further off than this is not a slip of the finger. */
const MAX_SLIP = 3;

/** Splits `--flag value`, `--flag=value`, bare and `--no-` switches; the last of a repeated flag counts. */
export function splitArguments(argv: readonly string[]): Arguments {
  const keys = new Map(Object.keys(SETTINGS).map((key) => [flagOf(key), key as SettingKey]));
  const given = new Map<SettingKey, string>();
  const problems: string[] = [];
  let help = false;
  for (let index = 0; index < argv.length; index += 1) {
    const argument = argv[index] ?? '';
    if (argument === '--help' || argument === '-h') {
      help = true;
      continue;
    }
    const [flag = '', ...rest] = argument.split('=');
    const inline = rest.length > 0 ? rest.join('=') : undefined;
    const key = keys.get(flag);
    const negated = keys.get(flag.replace(/^--no-/, '--'));
    const next = argv[index + 1];
    if (key !== undefined && inline !== undefined) {
      given.set(key, inline);
    } else if (key !== undefined && next !== undefined && !next.startsWith('--')) {
      given.set(key, next);
      index += 1;
    } else if (key !== undefined && takesBare(key)) {
      given.set(key, 'on');
    } else if (key !== undefined) {
      problems.push(`${flag} needs a value: ${SETTINGS[key].kind.valid}.`);
    } else if (negated !== undefined && takesBare(negated) && inline === undefined) {
      given.set(negated, 'off');
    } else {
      problems.push(unknown(flag, [...keys.keys(), '--help']));
      if (inline === undefined && next !== undefined && !next.startsWith('--')) index += 1;
    }
  }
  return { help, given, problems };
}

/** Says that a name is not one of the known ones, and which it may have been meant to be. */
export function unknown(name: string, known: readonly string[]): string {
  // What all the names begin with would make any two of them look alike.
  const prefix = /^(--|UNDERSTUDY_)?/.exec(name)?.[0] ?? '';
  const bare = known.map((one) => (one.startsWith(prefix) ? one.slice(prefix.length) : one));
  const nearest = closestMatch(name.slice(prefix.length), bare, { maxDistance: MAX_SLIP });
  const hint =
    nearest === undefined ? 'See --help.' : `Did you mean ${known[bare.indexOf(nearest)]}?`;
  return `${name} is not a setting. ${hint}`;
}

function takesBare(key: SettingKey): boolean {
  return 'bare' in SETTINGS[key].kind;
}
