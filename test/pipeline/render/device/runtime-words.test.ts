import { describe, expect, it } from 'vitest';
import { runtimeWords } from '../../../../src/pipeline/render/device/runtime-words.ts';

describe("the runtime's words", () => {
  it.each([
    [
      'of a condition that does not hold',
      '/src/webgpu_context.cc:136 ort::WebGpuContext::Initialize(const Config&)::<lambda()> status == Success was false. Failed to get a WebGPU adapter: No supported adapters\n\n',
      'Failed to get a WebGPU adapter: No supported adapters',
    ],
    [
      'of a function of its interface',
      'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
      'Failed to load shared library',
    ],
    ['in one sentence', 'Out of memory.', 'Out of memory'],
    ['of none', '', 'it did not say why'],
  ])('are what is left %s', (_, message, words) => {
    expect(runtimeWords(new Error(message))).toBe(words);
  });

  it('are those of the innermost error', () => {
    const cause = new Error('Device lost');
    expect(runtimeWords(new Error('failed', { cause: new Error('to run', { cause }) }))).toBe(
      'Device lost',
    );
    expect(runtimeWords('thrown as text')).toBe('thrown as text');
  });
});
