import { describe, expect, it } from 'vitest';
import type { FloatTensor } from '../../../../src/pipeline/landmark/onnx-session.ts';
import { KernelBank } from '../../../../src/pipeline/render/few-shot-vid2vid/kernel-bank.ts';

/** A bank whose memory tells what was sent there and what is still held. */
function stage() {
  const seen = { tables: [] as number[][], held: 0, closed: false };
  const memory = {
    async upload({ data, dims }: FloatTensor) {
      seen.tables.push([...data]);
      seen.held++;
      return { dims, dispose: () => void seen.held-- };
    },
    close: async () => {
      seen.closed = true;
    },
  };
  const bank = new KernelBank(memory, (kernels) => kernels.map((kernel) => -kernel));
  const place = (own: number) => {
    const made = { kernels: Float32Array.of(own, own + 0.5) };
    bank.add(made);
    return made;
  };
  return { bank, seen, place };
}

describe('the kernels on a device', () => {
  it('are a row for each identity, packed as the device takes them', async () => {
    const { bank, seen, place } = stage();
    const [one, two] = [place(1), place(2)];
    const { bank: table, rows } = await bank.rowsOf([two, one, two]);
    expect(rows).toEqual([1, 0, 1]);
    expect(table.dims).toEqual([2, 2]);
    expect(seen.tables).toEqual([[-1, -1.5, -2, -2.5]]);
  });

  it('are sent again only for one who came, without those who went', async () => {
    const { bank, seen, place } = stage();
    const one = place(1);
    await bank.rowsOf([one]);
    const two = place(2);
    await bank.rowsOf([one]);
    expect(seen.tables).toHaveLength(1);
    bank.remove(one);
    expect((await bank.rowsOf([two])).rows).toEqual([0]);
    expect(seen.tables.at(-1)).toEqual([-2, -2.5]);
    expect(seen.held).toBe(1);
  });

  it('are given back with the bank', async () => {
    const { bank, seen, place } = stage();
    await bank.rowsOf([place(1)]);
    await bank.close();
    expect(seen).toMatchObject({ held: 0, closed: true });
  });
});
