import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Milli } from '../../../time.ts';
import type { Device, DeviceTrial } from './device-choice.ts';
import type { TrialRequest } from './device-trial.worker.ts';

const TRIAL = fileURLToPath(new URL('./device-trial.worker.ts', import.meta.url));

/**
 * Tries the generator on a device, in a process of its own, which is ended when the limit is reached.
 * @param env of that process; this one's where left out.
 */
export function tryDevice(
  device: Device,
  model: TrialRequest['model'],
  { limit, env = process.env }: { readonly limit: Milli; readonly env?: NodeJS.ProcessEnv },
): Promise<DeviceTrial> {
  return new Promise((resolve) => {
    // What the runtime prints about drivers that are not there is told in one sentence instead.
    const child = fork(TRIAL, { env, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    const end = (trial: DeviceTrial) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      resolve(trial);
    };
    const timer = setTimeout(() => end({ kind: 'slow', limit }), limit);
    child.on('message', (trial) => end(trial as DeviceTrial));
    child.on('error', (error) => end({ kind: 'unavailable', why: error.message }));
    child.on('exit', (code, signal) =>
      end({ kind: 'unavailable', why: `the runtime ended with ${signal ?? `exit code ${code}`}` }),
    );
    child.send({ device, model } satisfies TrialRequest);
  });
}
