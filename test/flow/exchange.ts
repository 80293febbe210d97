import type { Caller } from './caller.ts';

/** What came of one caller's camera frames at another's. */
export interface Exchange {
  /** That the caller's browser sent. */
  readonly sent: number;
  /** Of those, the ones that the server says it left out, as its level is. */
  readonly leftOut: number;
  /** That the other's browser decoded. */
  readonly shown: number;
}

/** Counts for so long. */
export async function exchange(from: Caller, to: Caller, seconds: number): Promise<Exchange> {
  const count = () =>
    Promise.all([from.framesSent(), from.framesLeftOut(), to.framesReceived('tile')]);
  const before = await count();
  await to.page.waitForTimeout(seconds * 1000);
  const [sent, leftOut, shown] = (await count()).map((frames, i) => frames - before[i]!);
  return { sent: sent!, leftOut: leftOut!, shown: shown! };
}
