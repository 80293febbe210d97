import { describe, expect, it } from 'vitest';
import { type RoomLimits, Rooms } from '../../src/signaling/rooms.ts';

const LIMITS: RoomLimits = { rooms: [], maxRooms: 2, maxRoomParticipants: 2, maxSessions: 3 };

function person(id: string) {
  const muted = { audio: false, video: false };
  return { id, name: id.toUpperCase(), identity: 'ada', muted, synthetic: true as const };
}

function roomsWith(places: [room: string, id: string][], limits: Partial<RoomLimits> = {}): Rooms {
  const rooms = new Rooms({ ...LIMITS, ...limits });
  for (const [room, id] of places) {
    rooms.reserve(room, person(id));
    rooms.arrive(id);
  }
  return rooms;
}

const ids = (participants: readonly { id: string }[]) => participants.map(({ id }) => id);

describe('rooms', () => {
  it('show those who are present to each other, room by room', () => {
    const rooms = roomsWith([
      ['x', 'a'],
      ['x', 'b'],
      ['y', 'c'],
    ]);
    expect(ids(rooms.others('a'))).toEqual(['b']);
    expect(ids(rooms.others('c'))).toEqual([]);
    expect(rooms.counts).toEqual({ rooms: 2, participants: 3 });
  });

  it('keep a place for somebody who is not to be seen yet', () => {
    const rooms = roomsWith([['x', 'a']]);
    rooms.reserve('x', person('b'));
    expect(ids(rooms.others('a'))).toEqual([]);
    expect(() => rooms.reserve('x', person('c'))).toThrowError(
      expect.objectContaining({ code: 'room_full' }),
    );
    expect(ids(rooms.arrive('b'))).toEqual(['a']);
    expect(ids(rooms.others('a'))).toEqual(['b']);
  });

  it('say whether somebody who leaves had been seen', () => {
    const rooms = roomsWith([['x', 'a']]);
    rooms.reserve('x', person('b'));
    expect(rooms.leave('b')).toMatchObject({ present: false });
    expect(rooms.leave('a')).toMatchObject({ present: true, others: [] });
    expect(rooms.leave('a')).toMatchObject({ present: false });
    expect(rooms.counts).toEqual({ rooms: 0, participants: 0 });
  });

  it('refuse when the server, or the list of rooms, is full', () => {
    const rooms = roomsWith(
      [
        ['x', 'a'],
        ['y', 'b'],
      ],
      { maxSessions: 3 },
    );
    const full = expect.objectContaining({ code: 'server_full' });
    expect(() => rooms.reserve('z', person('c'))).toThrowError(full);
    rooms.reserve('x', person('c'));
    expect(() => rooms.reserve('y', person('d'))).toThrowError(full);
  });

  it('know only the listed rooms where there is a list', () => {
    const rooms = new Rooms({ ...LIMITS, rooms: ['lobby'] });
    expect(() => rooms.reserve('cellar', person('a'))).toThrowError(
      expect.objectContaining({ code: 'unknown_room', value: 'cellar' }),
    );
    rooms.reserve('lobby', person('a'));
    expect(rooms.roomOf('a')).toBe('lobby');
  });

  it('take changes to a participant, and none to somebody who left', () => {
    const rooms = roomsWith([
      ['x', 'a'],
      ['x', 'b'],
    ]);
    const muted = { audio: true, video: false };
    expect(rooms.change('a', { muted })).toEqual({ ...person('a'), muted });
    expect(rooms.others('b')).toEqual([{ ...person('a'), muted }]);
    expect(rooms.change('gone', { muted })).toBeUndefined();
  });
});
