import { type DrawRequest, drawOn } from './draw-on-device.ts';

/** Draws in a process whose environment has the device that is wanted, and ends. */
process.once('message', (request: DrawRequest) => {
  void drawOn(request).then((answer) =>
    process.send?.(answer, () => process.kill(process.pid, 'SIGKILL')),
  );
});
