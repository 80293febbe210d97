import { describe, expect, it } from 'vitest';
import {
  chooseDevice,
  type DeviceSetting,
  type DeviceTrials,
  nextTrial,
} from '../../../../src/pipeline/render/device/device-choice.ts';

const ran = (frame: number) => ({ kind: 'ran', frame }) as const;
const unavailable = (why: string) => ({ kind: 'unavailable', why }) as const;

describe('what is tried next', () => {
  const no = unavailable('none');
  it.each<[string, DeviceSetting, DeviceTrials, string | undefined]>([
    ['nothing for the processor', 'cpu', {}, undefined],
    ['a named device', 'cuda', {}, 'cuda'],
    ['nothing after a named device', 'cuda', { cuda: no }, undefined],
    ['for auto one device', 'auto', {}, 'webgpu'],
    ['and then the other', 'auto', { webgpu: no }, 'cuda'],
    ['the processor, to compare', 'auto', { webgpu: ran(1), cuda: no }, 'cpu'],
    ['nothing where there is no device', 'auto', { webgpu: no, cuda: no }, undefined],
    ['nothing where all is known', 'auto', { webgpu: ran(1), cuda: no, cpu: ran(2) }, undefined],
  ])('is %s', (_, setting, trials, next) => {
    expect(nextTrial(setting, trials)).toBe(next);
  });
});

describe('auto', () => {
  it.each<[string, DeviceTrials, string, string]>([
    [
      'takes the soonest, and says what the others took',
      { cpu: ran(9.31), webgpu: ran(310.4), cuda: unavailable('no driver') },
      'cpu',
      'cpu 9.3 ms a frame, webgpu 310 ms a frame, no cuda (no driver)',
    ],
    [
      'takes a graphics card that is faster',
      { cpu: ran(9), webgpu: ran(1.234), cuda: ran(2) },
      'webgpu',
      'webgpu 1.2 ms a frame, cpu 9 ms a frame, cuda 2 ms a frame',
    ],
    [
      'takes the processor where they are even',
      { cpu: ran(5), webgpu: ran(5) },
      'cpu',
      'cpu 5 ms a frame, webgpu 5 ms a frame',
    ],
    [
      'takes no device that draws something else',
      { cpu: ran(9), webgpu: { kind: 'wrong', difference: 0.088 } },
      'cpu',
      'cpu 9 ms a frame, webgpu answers otherwise than the processor by 8.8 %',
    ],
    [
      'takes no device that has not answered',
      { cpu: ran(9), webgpu: { kind: 'slow', limit: 8_000 } },
      'cpu',
      'cpu 9 ms a frame, webgpu no frame in 8 s',
    ],
    [
      'takes the processor where there is nothing else',
      { webgpu: unavailable('no adapter'), cuda: unavailable('no driver') },
      'cpu',
      'no webgpu (no adapter), no cuda (no driver)',
    ],
  ])('%s', (_, trials, device, reason) => {
    expect(chooseDevice('auto', trials)).toEqual({ device, reason });
  });
});

describe('a named device', () => {
  it('is taken though another would be faster', () => {
    expect(chooseDevice('webgpu', { webgpu: ran(80) })).toEqual({
      device: 'webgpu',
      reason: 'as asked: webgpu 80 ms a frame',
    });
    expect(chooseDevice('cpu', {})).toEqual({ device: 'cpu', reason: 'as asked' });
  });

  it.each([
    ['webgpu', unavailable('No supported adapters'), /no webgpu \(No supported adapters\).*Vulkan/],
    ['webgpu', { kind: 'slow', limit: 8_000 } as const, /no frame in 8 s/],
    ['webgpu', ran(7_000), /webgpu 7000 ms a frame/],
    ['webgpu', { kind: 'wrong', difference: 0.5 } as const, /otherwise than the processor by 50 %/],
    ['cuda', unavailable('Failed to load shared library'), /cuda12 npm rebuild onnxruntime-node/],
    ['cuda', undefined, /was not tried/],
  ] as const)('that does not do is refused: %s, %j', (setting, trial, sentence) => {
    expect(() => chooseDevice(setting, trial ? { [setting]: trial } : {})).toThrow(
      expect.objectContaining({
        code: 'device_unavailable',
        message: expect.stringMatching(sentence),
        value: setting,
        valid: ['auto', 'cpu'],
      }),
    );
  });
});
