import { readInvocation } from '../config.ts';
import { UnderstudyError } from '../errors.ts';
import { examine, exitCode, findingsText } from './doctor/finding.ts';
import { MACHINE_CHECKS } from './doctor/machine-checks.io.ts';
import { mediaChecks } from './doctor/media-checks.io.ts';
import { serverChecks } from './doctor/server-checks.io.ts';

const USAGE = `Usage: npm run doctor [-- --json] [-- <settings of the server>]

Says what this machine has and whether the server would run on it with these settings. Exits with 1
where something would not work.`;

async function main(): Promise<0 | 1> {
  const json = process.argv.includes('--json');
  try {
    const settings = process.argv.slice(2).filter((argument) => argument !== '--json');
    const invocation = readInvocation(settings, process.env);
    if (invocation.kind === 'help') {
      console.log(USAGE);
      return 0;
    }
    const { config } = invocation;
    const checks = [...MACHINE_CHECKS, ...mediaChecks(config), ...serverChecks(config)];
    const findings = await examine(checks);
    const colour = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
    console.log(json ? JSON.stringify(findings, null, 2) : findingsText(findings, colour));
    return exitCode(findings);
  } catch (error) {
    if (!(error instanceof UnderstudyError)) throw error;
    console.error(error.message);
    return 1;
  }
}

if (import.meta.main) process.exitCode = await main();
