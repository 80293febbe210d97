import { pictureOf } from './clip.ts';
import type { Measurement } from './measurement.io.ts';
import { momentsOf } from './moments.ts';
import type { Strip } from './page/quality-page.io.ts';
import { stripOf } from './page/strip.ts';
import type { RowCache } from './row-cache.io.ts';
import type { ClipSource, PersonSource } from './subjects.io.ts';

const CELL = 160;

/** Side-by-side pictures of one subject: what is true or drives on top, then each contender's best. */
export async function stripFor(
  measurements: readonly Measurement[],
  cache: RowCache,
  top: { readonly clip?: ClipSource | undefined; readonly person?: PersonSource | undefined },
): Promise<Strip | undefined> {
  const { name } = measurements[0]!;
  const rows: { title: string; pictures: ReturnType<typeof pictureOf>[] }[] = [];
  const clip = await top.clip?.load();
  if (clip) {
    const frames = clip.frames.slice(0, name.part === 'puppetry' ? 240 : undefined);
    rows.push({
      title: name.driver === undefined ? 'the clip' : `driver: ${name.driver}`,
      pictures: momentsOf(frames).map((i) => pictureOf(frames[i]!.frame)),
    });
  } else if (top.person) {
    rows.push({
      title: 'the pictures',
      pictures: top.person.person.pictures.slice(1).map(({ frame }) => pictureOf(frame)),
    });
  }
  for (const { name: row, fingerprint } of measurements) {
    const pictures = (await cache.readPictures(row, fingerprint)).map(pictureOf);
    if (pictures.length === 0) continue;
    const count = row.contender === 'static' ? '' : `, K = ${row.examples}`;
    rows.push({ title: `${row.contender}${count}`, pictures });
  }
  if (rows.length < 2) return undefined;
  const title = [name.subject, ...(name.driver === undefined ? [] : ['by', name.driver])];
  return {
    part: name.part,
    name: `${name.part}-${title.join(' ').replaceAll(/[^a-z0-9]+/gi, '-')}`,
    rows: rows.map((row) => row.title),
    picture: stripOf(
      rows.map((row) => row.pictures),
      CELL,
    ),
  };
}
