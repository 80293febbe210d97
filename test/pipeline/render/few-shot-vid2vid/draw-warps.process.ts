import { drawWarps, type WarpsRequest } from './draw-warps.ts';

/** Draws in a process whose environment has the device that is wanted, and ends. */
process.once('message', (request: WarpsRequest) => {
  void drawWarps(request).then((answer) =>
    process.send?.(answer, () => process.kill(process.pid, 'SIGKILL')),
  );
});
