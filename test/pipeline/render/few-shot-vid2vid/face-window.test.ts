import { describe, expect, it } from 'vitest';
import { FaceWindow } from '../../../../src/pipeline/render/few-shot-vid2vid/face-window.ts';
import {
  USUAL_WINDOW,
  WHOLE_FIELD,
  windowAround,
} from '../../../../src/pipeline/render/few-shot-vid2vid/network-window.ts';
import { facePoints } from '../painted-face.ts';

describe('the window of a face', () => {
  it('follows the face, and stays where it will do', () => {
    const window = new FaceWindow(true);
    const first = window.follow(facePoints());
    expect(first).toEqual(USUAL_WINDOW);
    const aside = facePoints({ x: 0.535 });
    expect(windowAround(aside)).not.toEqual(first);
    expect(window.follow(aside)).toEqual(first);
    const away = facePoints({ x: 0.7 });
    expect(window.follow(away)).toEqual(windowAround(away));
  });

  it('is one for half the field’s rows and columns where the network is given those', () => {
    expect(new FaceWindow(true, 2).follow(facePoints())).toEqual(
      windowAround(facePoints(), undefined, 2),
    );
  });

  it('is the whole field for a network that takes no parts', () => {
    expect(new FaceWindow(false).follow(facePoints())).toBe(WHOLE_FIELD);
  });
});
