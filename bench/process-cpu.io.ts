import { readdir, readFile } from 'node:fs/promises';
import type { Seconds } from '../src/time.ts';

/** USER_HZ: fixed by the kernel's interface, whatever the kernel's own tick (proc(5)). */
const TICKS_PER_SECOND = 100;

/** Processor time of a process and its children so far. Linux alone; 0 elsewhere. */
export async function cpuOf(pid: number): Promise<Seconds> {
  const all = await processes();
  const family = new Set([pid]);
  // Children have higher numbers only most of the time: look until nobody is added.
  for (let size = 0; size !== family.size; ) {
    size = family.size;
    for (const each of all) if (family.has(each.parent)) family.add(each.pid);
  }
  return all.filter((each) => family.has(each.pid)).reduce((sum, each) => sum + each.cpu, 0);
}

interface ProcessTimes {
  readonly pid: number;
  readonly parent: number;
  readonly cpu: Seconds;
}

async function processes(): Promise<ProcessTimes[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const read = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')),
  );
  return read.filter(Boolean).map((line) => {
    // The command's name stands in brackets and may hold anything.
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
    return {
      pid: Number.parseInt(line, 10),
      parent: Number(fields[1]),
      cpu: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    };
  });
}
