/** Turns pino's JSON lines into lines for people: `12:00:01.250 info  joined participant=…`. */
export function textLines(destination: { write(line: string): void }): {
  write(line: string): void;
} {
  return {
    write(line) {
      const { level, time, msg, err, ...fields } = JSON.parse(line) as Record<string, unknown>;
      const clock = String(time).slice(11, 23);
      const rest = Object.entries(fields).map(([key, value]) => `${key}=${shown(value)}`);
      const head = [clock, String(level).padEnd(5), String(msg ?? ''), ...rest].join(' ');
      destination.write(`${head}\n${errorLines(err)}`);
    },
  };
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function errorLines(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { type, code, message, stack, cause } = error as Record<string, unknown>;
  const head = `      ${type}${code === undefined ? '' : ` ${code}`}: ${message}\n`;
  return `${head}${stack === undefined ? '' : `${stack}\n`}${errorLines(cause)}`;
}
