import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { examine, type Finding } from '../../../src/commands/doctor/finding.ts';
import { serverChecks } from '../../../src/commands/doctor/server-checks.io.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doctor-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function check(config: { data?: string; port?: number; host?: string }) {
  const checks = serverChecks({ data: folder, host: '127.0.0.1', port: 0, ...config });
  const [data, port] = (await examine(checks)) as [Finding, Finding];
  return { data, port };
}

describe('the doctor’s look at the data folder', () => {
  it('leaves nothing behind in one that can be written', async () => {
    expect((await check({})).data).toMatchObject({ status: 'ok', found: folder });
    expect(await readdir(folder)).toEqual([]);
  });

  it('does not make one that is missing', async () => {
    const data = join(folder, 'deep', 'data');
    expect((await check({ data })).data).toMatchObject({ status: 'ok' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('fails where a file stands in its place, and says what to do', async () => {
    const data = join(folder, 'data');
    await writeFile(data, '');
    expect((await check({ data })).data).toMatchObject({
      status: 'fail',
      found: expect.stringContaining(data),
      advice: expect.stringContaining('--data'),
    });
  });
});

describe('the doctor’s look at the port', () => {
  it('fails where another program listens, and passes when it is gone', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    expect((await check({ port })).port).toMatchObject({
      status: 'fail',
      found: expect.stringContaining('EADDRINUSE'),
      advice: expect.stringContaining('--port'),
    });
    await new Promise((resolve) => other.close(resolve));
    expect((await check({ port })).port).toMatchObject({ status: 'ok' });
  });

  it('fails for an address that this machine does not have', async () => {
    // 192.0.2.0/24 is reserved for documentation (RFC 5737).
    expect((await check({ host: '192.0.2.1' })).port).toMatchObject({ status: 'fail' });
  });
});
