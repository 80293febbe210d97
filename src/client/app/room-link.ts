/** What a room's name may be made of; the same rule as the server's ids. */
const ROOM = /^[a-z0-9-]{1,64}$/;

const FIRST = [
  'velvet',
  'gilded',
  'amber',
  'scarlet',
  'quiet',
  'midnight',
  'paper',
  'silver',
  'painted',
  'borrowed',
];
const SECOND = [
  'curtain',
  'balcony',
  'limelight',
  'prompter',
  'overture',
  'footlight',
  'backdrop',
  'orchestra',
  'trapdoor',
  'encore',
];

/** The room that an address's fragment (`#room=…`) invites to; null without a valid one. */
export function roomOf(fragment: string): string | null {
  const room = new URLSearchParams(fragment.replace(/^#/, '')).get('room');
  return room !== null && ROOM.test(room) ? room : null;
}

/** The address that invites to `room`. */
export function inviteLink(page: string, room: string): string {
  const link = new URL(page);
  link.search = '';
  link.hash = `room=${room}`;
  return link.href;
}

/** Makes a valid room name of what a person typed: "Friday Call!" becomes "friday-call"; '' when nothing is left. */
export function roomName(typed: string): string {
  return typed
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64);
}

/** A name that is easy to say and unlikely to be taken: 10 × 10 × 900 of them. @param random in [0, 1) */
export function inventRoom(random: () => number): string {
  const pick = (words: readonly string[]) => words[Math.floor(random() * words.length)];
  return `${pick(FIRST)}-${pick(SECOND)}-${100 + Math.floor(random() * 900)}`;
}
