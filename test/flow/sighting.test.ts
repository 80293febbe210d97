import { readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { type Sighting, strangers } from './sighting.ts';

const sighting = (name: string): Sighting => ({
  at: 0,
  rtpTime: 0,
  jpeg: Buffer.from(`picture of ${name}`).toString('base64'),
  name,
  nearest: [
    { name: 'amara', distance: 0.1234 },
    { name: 'priya', distance: 0.3 },
  ],
});

it('frames of those expected are no matter', async () => {
  expect(await strangers([sighting('marlow'), sighting('ines')], ['marlow', 'ines'])).toEqual([]);
});

it('a stranger is told with the scores, and the picture is kept', async () => {
  const [told, ...more] = await strangers([sighting('marlow'), sighting('amara')], ['marlow']);
  expect(more).toEqual([]);
  const [, file] =
    /^frame 1 of 2 shows amara \(amara 0\.123, priya 0\.300\): (.+)$/.exec(told!) ?? [];
  expect(await readFile(file!, 'utf8')).toBe('picture of amara');
  await rm(dirname(file!), { recursive: true });
});

it('a film without a frame proves nothing, and says so', async () => {
  expect(await strangers([], ['marlow'])).toEqual(['not one frame was seen']);
});
