import { pino } from 'pino';
import { errorForLog } from './log/error-for-log.ts';
import { textLines } from './log/text-lines.ts';

/** What every part logs through; `err` carries the error, already stripped of what must not be kept. */
export type Log = Pick<pino.Logger, 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace'> & {
  child(bindings: Record<string, string | number>, options?: { level: pino.LevelWithSilent }): Log;
};

export interface LogOptions {
  readonly level: pino.LevelWithSilent;
  readonly format: 'json' | 'text';
  /** Gets one line a call, with its line end. */
  readonly destination: { write(line: string): void };
}

/**
 * Fields that would tell who somebody is, who they became, or where they sit in the network: they
 * are cut out wherever they stand, should one be logged by mistake.
 */
const REDACTED_FIELDS = [
  'identity',
  'name',
  'sdp',
  'candidate',
  'description',
  'room',
  'resume',
  'token',
  'deleteToken',
  'credential',
  'value',
];

/** The process's log. Messages are fixed sentences; what varies goes into fields. */
export function createLog(options: LogOptions): Log {
  const destination =
    options.format === 'text' ? textLines(options.destination) : options.destination;
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: errorForLog },
      redact: {
        paths: REDACTED_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
        censor: '[redacted]',
      },
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
}
