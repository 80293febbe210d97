import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/commands/doctor/finding.ts';

const DOCTOR = join(import.meta.dirname, '../../src/commands/doctor.ts');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doctor-command-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs the command as a person would, with nothing configured from outside. */
function doctor(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { PATH: process.env.PATH, HOME: folder };
  const settings = ['--port', '0', '--data', join(folder, 'data'), '--models', folder, ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, [DOCTOR, ...settings], { env }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

const named = (findings: Finding[], name: string) =>
  findings.find((finding) => finding.name === name);

describe('the doctor command', () => {
  it('lists what the machine has, and the exit code follows', async () => {
    const { code, stdout } = await doctor('--json');
    const findings = JSON.parse(stdout) as Finding[];
    expect(findings.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Node.js', 'Processor', 'Codecs', 'Face model', 'Port']),
    );
    expect(code).toBe(findings.some(({ status }) => status === 'fail') ? 1 : 0);
    expect(named(findings, 'Node.js')?.found).toContain(process.versions.node);
    expect(named(findings, 'Face model')).toMatchObject({
      status: 'ok',
      found: expect.stringContaining('478 points'),
      advice: expect.stringContaining('npm run models'),
    });
  });

  it('fails for a damaged model, naming the file and what to do', async () => {
    const file = join(folder, 'face_landmarker.task');
    await writeFile(file, 'half a model');
    const { code, stdout } = await doctor();
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ Face model/);
    expect(stdout).toContain(file);
    expect(stdout).toContain('→ npm run models');
  });

  it('says which codecs were asked for', async () => {
    const { stdout } = await doctor('--json', '--codec-backend', 'wasm');
    expect(named(JSON.parse(stdout), 'Codecs')).toEqual({
      name: 'Codecs',
      status: 'ok',
      found: 'wasm: vp8',
    });
  });

  it('refuses a setting it does not know, and explains itself on request', async () => {
    const slip = await doctor('--prot', '1');
    expect(slip).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('--port') });
    expect(await doctor('--help')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Usage/),
    });
  });
});
