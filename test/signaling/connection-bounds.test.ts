import { describe, expect, it } from 'vitest';
import { ConnectionBounds } from '../../src/signaling/connection-bounds.ts';
import { seededRandom } from '../pipeline/seeded-random.ts';

describe('the bounds of signaling connections', () => {
  it('refuse a network that has as many as it may, and no other', () => {
    const bounds = new ConnectionBounds({ max: 10, maxPerNetwork: 2 });
    for (const _ of [1, 2]) bounds.opened('192.0.2.1');
    expect(bounds.refusal('192.0.2.1')).toMatchObject({
      status: 429,
      code: 'too_many_connections',
      message: expect.stringContaining('close one'),
      value: 2,
      valid: 2,
    });
    expect(bounds.refusal('192.0.2.2')).toBeUndefined();
  });

  it('take a network in again when one of its connections has closed', () => {
    const bounds = new ConnectionBounds({ max: 10, maxPerNetwork: 1 });
    bounds.opened('192.0.2.1');
    expect(bounds.refusal('192.0.2.1')).toBeDefined();
    bounds.closed('192.0.2.1');
    expect(bounds.refusal('192.0.2.1')).toBeUndefined();
  });

  it('refuse everybody when there are as many in all as there may be', () => {
    const bounds = new ConnectionBounds({ max: 2, maxPerNetwork: 2 });
    for (const network of ['192.0.2.1', undefined]) bounds.opened(network);
    for (const network of ['192.0.2.1', '192.0.2.2', undefined])
      expect(bounds.refusal(network)).toMatchObject({ status: 503, code: 'server_full', valid: 2 });
    bounds.closed(undefined);
    expect(bounds.refusal(undefined)).toBeUndefined();
  });

  it('let this machine have all that there are', () => {
    const bounds = new ConnectionBounds({ max: 3, maxPerNetwork: 1 });
    for (const _ of [1, 2, 3]) {
      expect(bounds.refusal(undefined)).toBeUndefined();
      bounds.opened(undefined);
    }
    expect(bounds.refusal(undefined)).toMatchObject({ code: 'server_full' });
  });

  it('remember nothing of a network whose last connection has closed, whatever the order', () => {
    const bounds = new ConnectionBounds({ max: 1_000, maxPerNetwork: 1_000 });
    const random = seededRandom(4);
    const open: (string | undefined)[] = [];
    for (let step = 0; step < 2_000; step++) {
      const network = random() < 0.1 ? undefined : `192.0.2.${Math.floor(random() * 40)}`;
      if (random() < 0.5 && open.length < 1_000) {
        bounds.opened(network);
        open.push(network);
      } else if (open.length > 0) {
        bounds.closed(open.splice(Math.floor(random() * open.length), 1)[0]);
      }
      expect(bounds.networks).toBe(new Set(open.filter((each) => each !== undefined)).size);
    }
    for (const network of open) bounds.closed(network);
    expect(bounds.networks).toBe(0);
  });
});
