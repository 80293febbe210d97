import { describe, expect, it } from 'vitest';
import {
  readAbsCaptureTime,
  readTransportSequence,
  writeTransportSequence,
} from '../../../src/pipeline/accept/header-extension.ts';
import { ntpFromUnix } from '../../../src/pipeline/accept/ntp-time.ts';

describe('header extensions', () => {
  it('carries the transport sequence in sixteen bits', () => {
    expect(readTransportSequence(writeTransportSequence(0x1_0005))).toBe(5);
    expect(readTransportSequence(Buffer.from([1]))).toBeUndefined();
    expect(readTransportSequence(undefined)).toBeUndefined();
  });

  it('reads a capture time with or without the clock offset behind it', () => {
    const data = Buffer.alloc(16);
    data.writeBigUInt64BE(ntpFromUnix(1234.5));
    expect(readAbsCaptureTime(data)).toBeCloseTo(1234.5, 3);
    expect(readAbsCaptureTime(data.subarray(0, 8))).toBeCloseTo(1234.5, 3);
    expect(readAbsCaptureTime(data.subarray(0, 7))).toBeUndefined();
  });
});
