import { describe, expect, it } from 'vitest';
import { FaceWindow } from '../../../../src/pipeline/render/few-shot-vid2vid/face-window.ts';
import { FIELDS } from '../../../../src/pipeline/render/few-shot-vid2vid/field.ts';
import {
  usualOf,
  wholeOf,
  windowAround,
} from '../../../../src/pipeline/render/few-shot-vid2vid/network-window.ts';
import { facePoints } from '../painted-face.ts';

describe.each(FIELDS)('the window of a face, on a field of $cells²', (field) => {
  it('follows the face, and stays where it will do', () => {
    const window = new FaceWindow(field, true);
    const first = window.follow(facePoints());
    expect(first).toEqual(usualOf(field));
    const aside = facePoints({ x: 0.535 });
    expect(windowAround(aside, field)).not.toEqual(first);
    expect(window.follow(aside)).toEqual(first);
    const away = facePoints({ x: 0.7 });
    expect(window.follow(away)).toEqual(windowAround(away, field));
  });

  it('is one for half the field’s rows and columns where the network is given those', () => {
    expect(new FaceWindow(field, true, 2).follow(facePoints())).toEqual(
      windowAround(facePoints(), field, undefined, 2),
    );
  });

  it('is the whole field for a network that takes no parts', () => {
    expect(new FaceWindow(field, false).follow(facePoints())).toEqual(wholeOf(field));
  });
});
