import { describe, expect, it } from 'vitest';
import { EventEmitter } from '../../../src/client/sdk/event-emitter.ts';

class Bell extends EventEmitter<{ ring: number }> {
  ring(times: number): void {
    this.emit('ring', times);
  }
}

describe('event emitter', () => {
  it('hands each event to its listeners until they stop', () => {
    const bell = new Bell();
    const heard: number[] = [];
    const stop = bell.on('ring', (times) => heard.push(times));
    bell.ring(1);
    stop();
    bell.ring(2);
    expect(heard).toEqual([1]);
  });

  it('lets listeners stop themselves while an event is being told', () => {
    const bell = new Bell();
    const heard: string[] = [];
    const stop = bell.on('ring', () => {
      heard.push('first');
      stop();
    });
    bell.on('ring', () => heard.push('second'));
    bell.ring(1);
    bell.ring(2);
    expect(heard).toEqual(['first', 'second', 'second']);
  });
});
