import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { openCodecs } from '../../../src/pipeline/decode/codecs.io.ts';
import { nativePresent } from '../codec-matrix.ts';

const run = promisify(execFile);
describe('the choice of codecs', () => {
  test('by default is native where it can be had', async () => {
    const codecs = await openCodecs({ prefer: 'auto' });
    expect(codecs.backend).toBe(nativePresent ? 'native' : 'wasm');
    expect(codecs.nativeAbsence === undefined).toBe(nativePresent);
  });

  test('can always be WASM, which has VP8 alone', async () => {
    const codecs = await openCodecs({ prefer: 'wasm' });
    expect(codecs).toMatchObject({ backend: 'wasm', codecs: ['vp8'] });
    expect(codecs.nativeAbsence).toMatch(/asked for/);
    const refusal = { code: 'codec_unavailable', value: 'h264', valid: ['vp8'] };
    await expect(codecs.createDecoder('h264')).rejects.toMatchObject(refusal);
    await expect(
      codecs.createEncoder({ codec: 'h264', width: 64, height: 64, fps: 30, bitrate: 100_000 }),
    ).rejects.toMatchObject(refusal);
  });

  test('without node-av falls back to WASM, and says what to install', async () => {
    const script = fileURLToPath(new URL('./codecs-without-node-av.ts', import.meta.url));
    const { stdout } = await run(process.execPath, [script]);
    const { automatic, demanded } = JSON.parse(stdout);
    expect(automatic.backend).toBe('wasm');
    expect(automatic.nativeAbsence).toMatch(/node-av is not installed \(npm install/);
    expect(demanded.code).toBe('codec_unavailable');
    expect(demanded.message).toMatch(/node-av is not installed/);
  });
});
