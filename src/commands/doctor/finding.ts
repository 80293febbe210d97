/** What one check found; `advice` says what to do about anything but `ok`, or what would be better still. */
export interface Finding {
  readonly status: 'ok' | 'warn' | 'fail';
  readonly name: string;
  readonly found: string;
  readonly advice?: string;
}

/** A check that looks at one thing; whatever it throws becomes a failed finding. */
export interface Check {
  readonly name: string;
  run(): Promise<Omit<Finding, 'name'>>;
}

/** Runs checks one after another, so that none disturbs another's measurement. */
export async function examine(checks: readonly Check[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { name, run } of checks) {
    try {
      findings.push({ name, ...(await run()) });
    } catch (cause) {
      const found = cause instanceof Error ? cause.message : String(cause);
      findings.push({ name, status: 'fail', found });
    }
  }
  return findings;
}

/** 1 where anything failed; a warning leaves the program usable. */
export function exitCode(findings: readonly Finding[]): 0 | 1 {
  return findings.some(({ status }) => status === 'fail') ? 1 : 0;
}

/** Marks that can be told apart without colour. */
const MARKS = { ok: '✓', warn: '!', fail: '✗' } as const;
/** ANSI SGR codes: green, yellow, red. */
const COLOURS = { ok: 32, warn: 33, fail: 31 } as const;

/** One screen of text: a line a finding, advice below it, and the sum at the end. */
export function findingsText(findings: readonly Finding[], colour: boolean): string {
  const width = Math.max(...findings.map(({ name }) => name.length));
  const paint = (status: Finding['status'], text: string) =>
    colour ? `\u001b[${COLOURS[status]}m${text}\u001b[0m` : text;
  const lines = findings.flatMap(({ status, name, found, advice }) => [
    `${paint(status, MARKS[status])} ${name.padEnd(width)}  ${found}`,
    ...(advice === undefined ? [] : [`  ${' '.repeat(width)}  → ${advice}`]),
  ]);
  return [...lines, '', paint(worst(findings), summary(findings))].join('\n');
}

function worst(findings: readonly Finding[]): Finding['status'] {
  if (exitCode(findings) === 1) return 'fail';
  return findings.some(({ status }) => status === 'warn') ? 'warn' : 'ok';
}

function summary(findings: readonly Finding[]): string {
  const count = (status: Finding['status']) =>
    findings.filter((finding) => finding.status === status).length;
  const failed = count('fail');
  if (failed > 0) return `${failed} of ${findings.length} checks failed: see what to do above.`;
  const warned = count('warn');
  return warned > 0
    ? `Ready to run; ${warned} of ${findings.length} checks could be better.`
    : 'Everything is ready to run.';
}
