import { CALL_SETTINGS } from './settings/call-settings.ts';
import { ICE_SETTINGS } from './settings/ice-settings.ts';
import { LIMIT_SETTINGS } from './settings/limit-settings.ts';
import { SERVER_SETTINGS } from './settings/server-settings.ts';

/** Every setting there is: what the parser, `--help` and docs/configuration.md are made from. */
export const SETTINGS = {
  ...SERVER_SETTINGS,
  ...ICE_SETTINGS,
  ...CALL_SETTINGS,
  ...LIMIT_SETTINGS,
} as const;

export type SettingKey = keyof typeof SETTINGS;
