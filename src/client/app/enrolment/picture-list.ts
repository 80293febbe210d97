import { fill, h } from '../element.ts';
import { icon } from '../icon.ts';
import type { Picture } from './picture.io.ts';

/** More examples make enrolment longer without making the avatar better. */
export const MAX_PICTURES = 8;

/** The pictures chosen so far, each with what is wrong with it, if anything. */
export function pictureList(onChange: () => void) {
  const element = h('ul', {
    class: 'pictures',
    'aria-label': 'Chosen pictures',
    'data-testid': 'pictures',
  });
  let pictures: readonly Picture[] = [];
  return {
    element,
    get pictures(): readonly Picture[] {
      return pictures;
    },
    /** @returns how many found no place */
    add(added: readonly Picture[]): number {
      const kept = added.slice(0, MAX_PICTURES - pictures.length);
      for (const { preview } of added.slice(kept.length)) revoke(preview);
      show([...pictures, ...kept]);
      return added.length - kept.length;
    },
    /** Marks the picture that the server refused. */
    blame(id: number, problem: string): void {
      show(pictures.map((picture) => (picture.id === id ? { ...picture, problem } : picture)));
      element.querySelector('.picture-bad')?.scrollIntoView({ block: 'nearest' });
    },
    clear(): void {
      for (const { preview } of pictures) revoke(preview);
      pictures = [];
    },
  };

  function show(next: readonly Picture[]): void {
    pictures = next;
    fill(element, ...pictures.map(item));
    onChange();
  }

  function item(picture: Picture, index: number): HTMLElement {
    const remove = h(
      'button',
      {
        class: 'tool',
        type: 'button',
        'aria-label': `Remove picture ${index + 1}, ${picture.name}`,
        on: {
          click: () => {
            revoke(picture.preview);
            show(pictures.filter(({ id }) => id !== picture.id));
          },
        },
      },
      icon('close'),
    );
    return h(
      'li',
      { class: picture.problem ? 'picture picture-bad' : 'picture', 'data-testid': 'picture' },
      picture.preview
        ? h('img', { src: picture.preview, alt: picture.name })
        : h('span', { class: 'picture-missing' }, icon('picture')),
      remove,
      picture.problem !== null &&
        h(
          'p',
          { class: 'picture-problem', role: 'alert', 'data-testid': 'picture-error' },
          picture.problem,
        ),
    );
  }
}

function revoke(preview: string | null): void {
  if (preview) URL.revokeObjectURL(preview);
}
