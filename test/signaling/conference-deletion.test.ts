import { describe, expect, it } from 'vitest';
import { UnderstudyError } from '../../src/errors.ts';
import { SimulatedServer, settle } from './simulated-server.ts';

describe('an identity deleted during a call', () => {
  it('is replaced by the first built-in one, and everybody is told', async () => {
    const server = new SimulatedServer();
    server.identities.add('own-1', false);
    const ann = await server.join({ identity: 'own-1' });
    const bob = await server.join();
    await server.identities.delete('own-1');
    await settle();
    expect(ann.last('error')).toMatchObject({ code: 'identity_deleted', fatal: false });
    expect(ann.last('identity-changed')).toEqual({ type: 'identity-changed', identity: 'ada' });
    expect(bob.last('participant-changed').participant).toMatchObject({
      id: ann.id,
      identity: 'ada',
    });
    await server.pass(2000, [ann, bob]);
    expect(ann.ended).toBeUndefined();
    expect(bob.all('error')).toEqual([]);
  });

  it('is replaced by the configured one where there is one', async () => {
    const server = new SimulatedServer({ defaultIdentity: 'cem' });
    server.identities.add('own-1', false);
    const ann = await server.join({ identity: 'own-1' });
    await server.identities.delete('own-1');
    await settle();
    expect(ann.last('identity-changed').identity).toBe('cem');
  });

  it('is off the air within a second even if its replacement hangs', async () => {
    const server = new SimulatedServer();
    server.identities.add('own-1', false);
    const ann = await server.join({ identity: 'own-1' });
    server.peerOf(ann).switching = new Promise(() => undefined);
    await server.identities.delete('own-1');
    await server.pass(1000, [ann]);
    expect(server.peerOf(ann).closed).toBe(true);
    expect(ann.last('error')).toMatchObject({ code: 'identity_deleted', fatal: true });
    expect(ann.ended).toEqual({ code: 1008, reason: 'identity_deleted' });
  });

  it('is replaced before switches that wait, behind which nobody came in time and the session was ended', async () => {
    const server = new SimulatedServer();
    server.identities.add('own-1', false);
    const ann = await server.join({ identity: 'own-1' });
    const gate = Promise.withResolvers<void>();
    server.peerOf(ann).switching = gate.promise;
    ann.say({ type: 'identity', identity: 'bea', request: 'slow' });
    ann.say({ type: 'identity', identity: 'cem', request: 'next' });
    await settle();
    server.peerOf(ann).switching = Promise.resolve();
    await server.identities.delete('own-1');
    await server.pass(1000, [ann]);
    expect(ann.ended).toBeUndefined();
    expect(ann.last('identity-changed').identity).toBe('ada');
    gate.reject(new UnderstudyError('identity_failed', 'Another identity came before this one.'));
    await settle();
    expect(ann.last('error')).toMatchObject({ request: 'slow', code: 'identity_failed' });
    expect(ann.last('identity-changed')).toMatchObject({ identity: 'cem', request: 'next' });
  });

  it('is noticed when it was deleted while being switched to', async () => {
    const server = new SimulatedServer();
    server.identities.add('own-1', false);
    const ann = await server.join();
    const gate = Promise.withResolvers<void>();
    server.peerOf(ann).switching = gate.promise;
    ann.say({ type: 'identity', identity: 'own-1' });
    await settle();
    await server.identities.delete('own-1');
    gate.resolve();
    await settle();
    expect(ann.all('identity-changed').map(({ identity }) => identity)).toEqual(['own-1', 'ada']);
  });

  it('is noticed when it was deleted while media opened with it', async () => {
    const server = new SimulatedServer();
    server.identities.add('own-1', false);
    const gate = Promise.withResolvers<void>();
    server.media.opening = gate.promise;
    const ann = await server.join({ identity: 'own-1' });
    await server.identities.delete('own-1');
    gate.resolve();
    await settle();
    expect(ann.last('identity-changed').identity).toBe('ada');
  });

  it('leaves those alone who became somebody else while its substitute was looked up', async () => {
    const server = new SimulatedServer();
    server.identities.add('own-1', false);
    const ann = await server.join({ identity: 'own-1' });
    const { list } = server.identities;
    const gate = Promise.withResolvers<void>();
    server.identities.list = async () => {
      await gate.promise;
      return list.call(server.identities);
    };
    await server.identities.delete('own-1');
    ann.say({ type: 'identity', identity: 'bea', request: 'r' });
    await settle();
    gate.resolve();
    await settle();
    expect(ann.all('identity-changed').map(({ identity }) => identity)).toEqual(['bea']);
    expect(ann.all('error')).toEqual([]);
  });

  it('does not end the session that took the place while its substitute was looked up', async () => {
    const server = new SimulatedServer();
    server.identities.entries.clear();
    server.identities.add('own-1', false);
    server.identities.add('own-2', false);
    const ann = await server.join({ identity: 'own-1' });
    const gate = Promise.withResolvers<void>();
    server.identities.list = async () => {
      await gate.promise;
      return [];
    };
    await server.identities.delete('own-1');
    const back = await server.join({ resume: ann.last('joined').resume, identity: 'own-2' });
    gate.resolve();
    await settle();
    expect(back.ended).toBeUndefined();
    expect(server.signaling.counts).toMatchObject({ participants: 1, joined: 1 });
    back.say({ type: 'leave' });
    await settle();
    expect(server.peerOf(back).closed).toBe(true);
    expect(server.signaling.counts).toMatchObject({ participants: 0, joined: 0 });
  });

  it('ends the session when nobody can take its place', async () => {
    const server = new SimulatedServer();
    server.identities.entries.clear();
    server.identities.add('own-1', false);
    const ann = await server.join({ identity: 'own-1' });
    await server.identities.delete('own-1');
    await settle();
    expect(ann.last('error')).toMatchObject({ code: 'identity_deleted', fatal: true });
  });
});
