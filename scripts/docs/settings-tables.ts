import { flagOf, GROUPS, type Setting } from '../../src/config/setting.ts';
import { SETTINGS } from '../../src/config/settings.ts';
import { markdownTable } from './markdown-table.ts';

/** Every setting, one table a group. */
export function settingsTables(): string {
  return GROUPS.map((group) => {
    const rows = (Object.entries(SETTINGS) as [string, Setting<unknown>][])
      .filter(([, setting]) => setting.group === group)
      .map(([key, setting]) => [
        `\`${flagOf(key)}\``,
        `\`${setting.env}\``,
        defaultOf(setting),
        setting.help,
        setting.kind.valid,
      ]);
    const table = markdownTable(['Flag', 'Variable', 'Default', 'What it does', 'Valid'], rows);
    return `### ${group}\n\n${table}`;
  }).join('\n\n');
}

function defaultOf(setting: Setting<unknown>): string {
  const text = setting.default === undefined ? '' : setting.kind.format(setting.default);
  return text === '' ? 'none' : `\`${text}\``;
}
