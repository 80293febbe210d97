import { pictureOf } from './clip.ts';
import { STATIC } from './contender.ts';
import type { Measurement } from './measurement.io.ts';
import type { Strip } from './page/quality-page.io.ts';
import { stripOf } from './page/strip.ts';
import type { RowCache } from './row-cache.io.ts';
import type { PersonSource } from './subjects.io.ts';
import { type TurnedTarget, turnedPairs } from './turned-picture.ts';

/** Large enough to see an ear by; five people make a strip as wide as the others. */
const CELL = 256;
/** The target of which most was hidden. */
const SHOWN_TARGET: TurnedTarget = 'the other way';

/** A person a column: the picture given, the true one that looks the other way, then each contender's. */
export async function turnedStrip(
  measurements: readonly Measurement[],
  cache: RowCache,
  cast: readonly PersonSource[],
): Promise<Strip | undefined> {
  const own = measurements.filter(({ name }) => name.target === SHOWN_TARGET);
  const shown = cast.flatMap(({ person }) => {
    const [pair] = turnedPairs(person, SHOWN_TARGET);
    return pair && own.some(({ name }) => name.subject === person.name) ? [{ person, pair }] : [];
  });
  const rows = [
    { title: 'the picture', pictures: shown.map(({ pair }) => pictureOf(pair.example.frame)) },
    {
      title: 'the one that looks the other way',
      pictures: shown.map(({ pair }) => pictureOf(pair.truth.frame)),
    },
  ];
  const contenders = new Set(own.map(({ name }) => name.contender));
  contenders.delete(STATIC.name);
  for (const contender of contenders) {
    const pictures: ReturnType<typeof pictureOf>[] = [];
    for (const { person } of shown) {
      const found = own.find(
        ({ name }) => name.subject === person.name && name.contender === contender,
      );
      const [drawn] = found ? await cache.readPictures(found.name, found.fingerprint) : [];
      if (drawn) pictures.push(pictureOf(drawn));
    }
    // One that lacks a person would stand under others.
    if (pictures.length === shown.length) rows.push({ title: contender, pictures });
  }
  if (shown.length === 0 || rows.length < 3) return undefined;
  return {
    name: 'turned',
    part: 'turned',
    rows: rows.map((row) => row.title),
    picture: stripOf(
      rows.map((row) => row.pictures),
      CELL,
    ),
  };
}
