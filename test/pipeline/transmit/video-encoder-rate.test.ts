import { describe, expect, test } from 'vitest';
import { BitratePolicy } from '../../../src/pipeline/transmit/video-encoder-rate.ts';

const started = (bitrate = 1_000_000) => {
  const policy = new BitratePolicy(bitrate);
  policy.next(0, true);
  return policy;
};

describe('an encoder that must be reopened for a new bitrate', () => {
  test('is left alone while nothing changes', () => {
    const policy = started();
    expect(policy.next(10_000, true)).toBeUndefined();
  });

  test('is left alone for a small change', () => {
    const policy = started();
    policy.want(1_200_000);
    expect(policy.next(60_000, false)).toBeUndefined();
    policy.want(850_000);
    expect(policy.next(60_000, false)).toBeUndefined();
  });

  test('takes even a small change with a keyframe that is made anyway', () => {
    const policy = started();
    policy.want(1_010_000);
    expect(policy.next(100, true)).toBe(1_010_000);
    expect(policy.next(200, true)).toBeUndefined();
  });

  test('is lowered soon, but not with every estimate', () => {
    const policy = started();
    policy.want(700_000);
    expect(policy.next(499, false)).toBeUndefined();
    expect(policy.next(500, false)).toBe(700_000);
    policy.want(500_000);
    expect(policy.next(900, false)).toBeUndefined();
    expect(policy.next(1000, false)).toBe(500_000);
  });

  test('is lowered at once when the link collapses', () => {
    const policy = started();
    policy.want(400_000);
    expect(policy.next(1, false)).toBe(400_000);
  });

  test('is raised only when the rise has lasted', () => {
    const policy = started();
    policy.want(2_000_000);
    expect(policy.next(3999, false)).toBeUndefined();
    expect(policy.next(4000, false)).toBe(2_000_000);
  });

  test('is opened with the latest wish, not the first', () => {
    const policy = started();
    policy.want(3_000_000);
    policy.want(2_000_000);
    expect(policy.next(5000, false)).toBe(2_000_000);
  });
});

test('an encoder that changes while open takes every new bitrate once', () => {
  const policy = new BitratePolicy(500_000);
  expect(policy.take()).toBeUndefined();
  policy.want(510_000);
  expect(policy.take()).toBe(510_000);
  expect(policy.take()).toBeUndefined();
});
