import { flagOf, GROUPS, type Setting } from './setting.ts';
import { SETTINGS } from './settings.ts';

const WIDTH = 96;
const INDENT = '      ';

/** The text of `--help`: every setting, grouped, with its variable, valid values and default. */
export function helpText(): string {
  const sections = GROUPS.map((group) => {
    const entries = (Object.entries(SETTINGS) as [string, Setting<unknown>][])
      .filter(([, setting]) => setting.group === group)
      .map(([key, setting]) => entry(key, setting));
    return `${group}\n${entries.join('\n')}`;
  });
  return `Understudy: join a video call as someone else.

  npm start -- [--setting value …]

Every setting may also come from its environment variable; a flag wins.

${sections.join('\n\n')}
`;
}

function entry(key: string, setting: Setting<unknown>): string {
  const fallback =
    setting.default === undefined
      ? ''
      : ` Default: ${setting.kind.format(setting.default) || 'none'}.`;
  return [
    `  ${flagOf(key)}  (${setting.env})`,
    ...wrap(setting.help),
    ...wrap(`Valid: ${setting.kind.valid}.${fallback}`),
  ].join('\n');
}

function wrap(text: string): string[] {
  const lines: string[] = [];
  let line = INDENT;
  for (const word of text.split(' ')) {
    if (line.length + word.length > WIDTH && line !== INDENT) {
      lines.push(line.trimEnd());
      line = INDENT;
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}
