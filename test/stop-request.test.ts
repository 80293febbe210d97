import { describe, expect, it } from 'vitest';
import { StopRequest } from '../src/stop-request.ts';

describe('a request to stop', () => {
  it('lets calls end first', () => {
    expect(new StopRequest().signal(1000)).toBe('drain');
  });

  it('is one where npm passes on what the terminal sent already', () => {
    const request = new StopRequest();
    request.signal(1000);
    expect([request.signal(1004), request.signal(1400)]).toEqual(['same', 'same']);
  });

  it('ends calls at once when it is made again', () => {
    const request = new StopRequest();
    request.signal(1000);
    expect([request.signal(2000), request.signal(9000)]).toEqual(['close', 'close']);
  });
});
