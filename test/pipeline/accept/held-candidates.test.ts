import { beforeEach, describe, expect, it } from 'vitest';
import { HeldCandidates } from '../../../src/pipeline/accept/held-candidates.ts';

const candidate = (name: string) => ({ candidate: name, sdpMid: '0', sdpMLineIndex: 0 });

let told: string[];
let held: HeldCandidates;

beforeEach(() => {
  told = [];
  held = new HeldCandidates((each) => told.push(each.candidate));
});

describe('candidates and their description', () => {
  it('are told at once where no description is being made', () => {
    held.push(candidate('a'));
    expect(told).toEqual(['a']);
  });

  it('a candidate gathered before its description is on its way is told after it, in order', () => {
    held.describing();
    held.push(candidate('a'));
    held.push(candidate('b'));
    expect(told).toEqual([]);
    held.described();
    expect(told).toEqual(['a', 'b']);
    held.push(candidate('c'));
    expect(told).toEqual(['a', 'b', 'c']);
  });

  it('wait for the last of several descriptions', () => {
    held.describing();
    held.describing();
    held.push(candidate('a'));
    held.described();
    expect(told).toEqual([]);
    held.described();
    expect(told).toEqual(['a']);
  });
});
