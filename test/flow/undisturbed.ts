import { readdirSync, readFileSync } from 'node:fs';

/**
 * A call in real time beside this much of somebody else's work, as a share of all cores, says nothing
 * of us: two cores carry the server, two pages and little more.
 */
const DISTURBED = 0.15;
/** Takes of one measurement: an undisturbed one that fails may have met a stall too short to be seen. */
const MAX_TAKES = 4;

interface CpuTime {
  /** Of all cores, at work or not, in ticks. */
  readonly total: number;
  /** Of all processes. */
  readonly all: number;
  /** Of this process and everything it started. */
  readonly own: number;
}

/**
 * Repeats a measurement that needs the machine until one take holds. A take that failed while others
 * used the machine proves nothing: where no take was undisturbed, the test is skipped and says so.
 *
 * @param skip the test's own
 * @throws what the last undisturbed take threw.
 */
export async function undisturbed(
  skip: (why: string) => void,
  take: () => Promise<void>,
): Promise<void> {
  let failure: { readonly cause: unknown } | undefined;
  let least = 1;
  for (let i = 0; i < MAX_TAKES; i++) {
    const before = cpuTime();
    try {
      return await take();
    } catch (cause) {
      const share = othersShare(before, cpuTime());
      console.log(
        `take ${i + 1}: others used ${Math.round(share * 100)} % of the machine`,
        String(cause),
      );
      least = Math.min(least, share);
      if (share < DISTURBED) failure = { cause };
    }
  }
  if (failure) throw failure.cause;
  skip(`others used ${Math.round(least * 100)} % of the machine or more all the time`);
}

function othersShare(before: CpuTime, after: CpuTime): number {
  const others = after.all - before.all - (after.own - before.own);
  return Math.max(0, others / (after.total - before.total));
}

/** As Linux tells it in /proc: see proc_stat(5) and proc_pid_stat(5). */
function cpuTime(): CpuTime {
  const [user = 0, nice = 0, system = 0, idle = 0, io = 0, irq = 0, soft = 0, stolen = 0] = numbers(
    readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]!.slice('cpu'.length),
  );
  const all = user + nice + system + irq + soft + stolen;
  return { all, total: all + idle + io, own: ownTime() };
}

function ownTime(): number {
  const processes = new Map<number, { readonly parent: number; readonly time: number }>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = statOf(name);
    if (stat) processes.set(Number(name), stat);
  }
  const isOwn = (pid: number): boolean =>
    pid === process.pid || (processes.has(pid) && isOwn(processes.get(pid)!.parent));
  let own = 0;
  for (const [pid, { time }] of processes) if (isOwn(pid)) own += time;
  return own;
}

function statOf(pid: string): { parent: number; time: number } | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // It ended since it was listed.
    return undefined;
  }
  // The name, in brackets, may hold anything.
  const fields = numbers(text.slice(text.lastIndexOf(')') + ') S'.length));
  const [parent = 0] = fields;
  // Its own time and that of its children that ended.
  return { parent, time: fields.slice(10, 14).reduce((sum, ticks) => sum + ticks, 0) };
}

const numbers = (text: string) => text.trim().split(/\s+/).map(Number);
