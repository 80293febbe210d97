import { describe, expect, it } from 'vitest';
import { ResumeTokens } from '../../src/signaling/resume-tokens.ts';

function countingTokens(): ResumeTokens {
  let count = 0;
  return new ResumeTokens(() => {
    count += 1;
    return `token-${count}`;
  });
}

describe('resume tokens', () => {
  it('give a place back once', () => {
    const tokens = countingTokens();
    const token = tokens.issue('p');
    expect(tokens.redeem(token)).toBe('p');
    expect(tokens.redeem(token)).toBeUndefined();
  });

  it('are void when a newer one is issued', () => {
    const tokens = countingTokens();
    const [older, newer] = [tokens.issue('p'), tokens.issue('p')];
    expect(tokens.redeem(older)).toBeUndefined();
    expect(tokens.redeem(newer)).toBe('p');
  });

  it('are void when the place is gone', () => {
    const tokens = countingTokens();
    const token = tokens.issue('p');
    tokens.issue('q');
    tokens.revoke('p');
    tokens.revoke('never there');
    expect(tokens.redeem(token)).toBeUndefined();
  });
});
