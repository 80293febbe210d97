import type { AvatarSession, RoomParticipant } from '../../sdk/index.ts';
import { h } from '../element.ts';
import { bestColumns, tileSide } from './grid.ts';
import { tile } from './tile.ts';

const GAP = 16;

/** The grid of everyone in the room, oneself first, tiles as large as fit. */
export function stage(session: AvatarSession, nameOf: (identity: string) => string) {
  const grid = h('div', { class: 'tiles' });
  const alone = h(
    'p',
    { class: 'alone', 'data-testid': 'alone' },
    'The house is empty so far. Send someone the invite link.',
  );
  const area = h('div', { class: 'tiles-area' }, grid);
  const element = h('div', { class: 'call-stage', 'data-testid': 'stage' }, alone, area);
  const tiles = new Map<string, ReturnType<typeof tile>>();
  const observer = new ResizeObserver(layOut);
  observer.observe(area);
  const stops = [
    session.on('participant-joined', show),
    session.on('participant-changed', show),
    session.on('participant-left', ({ id }) => remove(id)),
    session.on('avatar', (state) => own()?.setAvatar(state)),
  ];
  refresh();
  return { element, refresh, dispose };

  function refresh(): void {
    for (const participant of session.participants) show(participant);
  }

  function own() {
    return tiles.get(session.participants.find(({ self }) => self)?.id ?? '');
  }

  function show(participant: RoomParticipant): void {
    const known = tiles.get(participant.id);
    if (known) {
      known.update(participant);
      return;
    }
    const made = tile(participant, nameOf);
    // After a server restart one is oneself under another id: the old tile goes.
    if (participant.self)
      for (const id of tiles.keys())
        if (!session.participants.some((other) => other.id === id)) remove(id);
    tiles.set(participant.id, made);
    if (participant.self) grid.prepend(made.element);
    else grid.append(made.element);
    layOut();
  }

  function remove(id: string): void {
    tiles.get(id)?.dispose();
    tiles.delete(id);
    layOut();
  }

  function layOut(): void {
    const { clientWidth: width, clientHeight: height } = area;
    const columns = bestColumns(tiles.size, width, height, GAP);
    grid.style.setProperty('--columns', String(columns));
    grid.style.setProperty(
      '--side',
      `${Math.floor(tileSide(columns, tiles.size, width, height, GAP))}px`,
    );
    alone.hidden = tiles.size > 1;
  }

  function dispose(): void {
    observer.disconnect();
    for (const stop of stops) stop();
    for (const { dispose } of tiles.values()) dispose();
  }
}
