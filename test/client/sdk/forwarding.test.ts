import { describe, expect, it } from 'vitest';
import { Forwarding, type ForwardTarget } from '../../../src/client/sdk/forwarding.ts';

/** As much of a track, a stream and a sender as forwarding looks at. */
function track(kind: string, id: string): MediaStreamTrack {
  return { kind, id } as MediaStreamTrack;
}

function stream(tracks: MediaStreamTrack[]): MediaStream {
  return { getTracks: () => tracks } as MediaStream;
}

class Target implements ForwardTarget {
  readonly log: string[] = [];
  refuses = false;

  addTrack(added: MediaStreamTrack): RTCRtpSender {
    if (this.refuses) throw new DOMException('closed', 'InvalidStateError');
    this.log.push(`add ${added.id}`);
    const sender = {
      track: added,
      replaceTrack: async (next: MediaStreamTrack) => {
        this.log.push(`replace ${sender.track.id} by ${next.id}`);
        sender.track = next;
      },
    };
    return sender as unknown as RTCRtpSender;
  }

  removeTrack(sender: RTCRtpSender): void {
    this.log.push(`remove ${sender.track?.id}`);
  }
}

describe('forwarding', () => {
  it('adds each track once, and exchanges those that changed', async () => {
    const forwarding = new Forwarding(() => expect.fail('no errors'));
    const target = new Target();
    const [voice, face] = [track('audio', 'a1'), track('video', 'v1')];
    forwarding.add(target, stream([voice, face]));
    forwarding.update(stream([voice, face]));
    forwarding.update(stream([voice, track('video', 'v2')]));
    await Promise.resolve();
    expect(target.log).toEqual(['add a1', 'add v1', 'replace v1 by v2']);
  });

  it('adds a track that comes later', () => {
    const forwarding = new Forwarding(() => expect.fail('no errors'));
    const target = new Target();
    forwarding.add(target, stream([]));
    forwarding.update(stream([track('video', 'v1')]));
    expect(target.log).toEqual(['add v1']);
  });

  it('stops when told to, and takes its senders back', () => {
    const forwarding = new Forwarding(() => expect.fail('no errors'));
    const target = new Target();
    const stop = forwarding.add(target, stream([track('video', 'v1')]));
    stop();
    forwarding.update(stream([track('video', 'v2')]));
    expect(target.log).toEqual(['add v1', 'remove v1']);
  });

  it('tells of a target that refuses, and goes on with the others', async () => {
    const errors: unknown[] = [];
    const forwarding = new Forwarding((error) => errors.push(error));
    const [over, going] = [new Target(), new Target()];
    over.refuses = true;
    forwarding.add(over, stream([]));
    forwarding.add(going, stream([]));
    forwarding.update(stream([track('video', 'v1')]));
    await Promise.resolve();
    expect(errors).toHaveLength(1);
    expect(going.log).toEqual(['add v1']);
  });
});
