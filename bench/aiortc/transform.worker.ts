import { openCodecs } from '../../src/pipeline/decode/codecs.io.ts';
import { machineClock, threadCpuTime } from '../../src/pipeline/machine-clock.io.ts';
import { wireError } from '../../src/pipeline/wire-error.ts';
import type { FromWorker, ToWorker, WorkerSetup } from '../../src/pipeline/worker-protocol.ts';
import { WorkerSessions } from '../../src/pipeline/worker-sessions.ts';
import { TRANSFORMS } from './transform.ts';
import { transformStages } from './transform-stages.ts';

/**
 * A pipeline worker that speaks as the product's does, with {@link transformStages} in place of its
 * stages. Ends when its channel closes.
 */

let sessions: WorkerSessions | undefined;
let timer: NodeJS.Timeout | undefined;

process.on('message', (message: ToWorker) => {
  if (message.type === 'setup') void start(message.setup);
  else sessions?.handle(message);
});
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
// When to end is the main process's decision.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);

async function start({ codecs: prefer }: WorkerSetup): Promise<void> {
  try {
    const codecs = await openCodecs({ prefer });
    sessions = new WorkerSessions({
      clock: machineClock,
      stages: transformStages(codecs, { clock: machineClock, cpuTime: threadCpuTime }),
      send,
      scheduled,
      forget: () => undefined,
      identities: () => TRANSFORMS,
      memoryBytes: () => process.memoryUsage.rss(),
      fault: (session, stage, cause) =>
        console.error(`session ${session}: ${stage} failed: ${wireError(cause).code}`),
    });
    send({
      type: 'ready',
      report: {
        codecBackend: codecs.backend,
        codecs: codecs.codecs,
        faceModel: 'none',
        engine: 'transform',
        device: 'cpu',
      },
    });
  } catch (cause) {
    send({ type: 'unusable', error: wireError(cause) });
  }
}

function scheduled(): void {
  clearTimeout(timer);
  const deadline = sessions?.deadline;
  if (deadline === undefined) return;
  timer = setTimeout(tick, Math.max(0, deadline - machineClock()));
}

function tick(): void {
  void sessions?.tick(machineClock()).then(scheduled);
}

function send(message: FromWorker): void {
  process.send?.(message);
}
