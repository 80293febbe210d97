import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BAD_PICTURE } from '../fake-server.ts';
import { pngFile } from '../picture-file.ts';
import { Playhouse } from '../playhouse.ts';

let house: Playhouse;

beforeAll(async () => {
  house = await Playhouse.open();
});

afterEach(() => house.sweep());

afterAll(() => house.close());

/** Whether a person sees all of an element without scrolling. */
function inSight(element: Locator): Promise<boolean> {
  return element.evaluate((node) => {
    const { top, bottom } = node.getBoundingClientRect();
    const holder = node.closest('dialog')?.getBoundingClientRect();
    return top >= (holder?.top ?? 0) && bottom <= (holder?.bottom ?? innerHeight);
  });
}

describe('enrolment', () => {
  it('shows at a picture what is wrong with it, before and after it was sent, and keeps nothing', async () => {
    const page = await house.visit();
    await page.getByTestId('enrol').click();
    await page
      .getByTestId('enrol-files')
      .setInputFiles([
        await pngFile(page, 'good.png'),
        { name: 'broken.png', mimeType: 'image/png', buffer: Buffer.from('no picture') },
        await pngFile(page, 'tiny.png', 64),
        await pngFile(page, BAD_PICTURE),
      ]);
    const problems = page.getByTestId('picture-error');
    await expect
      .poll(() => problems.allTextContents())
      .toEqual([
        'The file is damaged: it cannot be opened as a picture.',
        '64 × 64 is too small; use 128 pixels or more.',
      ]);
    await page.getByRole('button', { name: 'Remove picture 3' }).click();
    await page.getByRole('button', { name: 'Remove picture 2' }).click();
    await page.getByTestId('enrol-name').fill('Twin');
    await page.getByTestId('enrol-submit').click();
    await page.getByText('Tick the statement about who is shown.').waitFor();
    await page.getByTestId('consent').check();
    await page.getByTestId('enrol-submit').click();
    await page.getByText('There are two faces in this picture').waitFor();
    expect(await page.getByTestId('picture').nth(1).textContent()).toContain('two faces');
    expect(house.server.identities).toHaveLength(8);
  });

  it('adds a face, chooses it, and lets its maker delete it', async () => {
    const page = await house.visit();
    await page.getByTestId('enrol').click();
    await page.getByTestId('enrol-files').setInputFiles([await pngFile(page, 'me.png')]);
    await page.getByTestId('enrol-name').fill('Me');
    await page.getByTestId('subject-invented-character').check();
    await page.getByTestId('consent').check();
    await page.getByTestId('enrol-submit').click();
    await page.getByText('“Me” has joined the cast.').waitFor();
    const { id } = house.server.identities[8]!;
    await page.getByText('You will be seen as Me.').waitFor();
    await page.getByTestId(`delete-${id}`).click();
    await page.getByTestId('confirm').click();
    await page.getByText('“Me” was deleted.').waitFor();
    expect(house.server.identities).toHaveLength(8);
    expect(await page.locator('[data-testid^="delete-"]').count()).toBe(0);
  });

  it('bug: on a phone the new face and the button that adds it were below the edge', async () => {
    const page = await house.visit({ width: 360, height: 740 });
    await page.getByText(/^You will be seen as/).waitFor();
    expect(await page.evaluate(() => scrollY)).toBe(0);
    await page.getByTestId('enrol').click();
    await page.getByTestId('enrol-files').setInputFiles([await pngFile(page, 'me.png')]);
    await page.getByTestId('picture').waitFor();
    expect(await inSight(page.getByTestId('enrol-submit'))).toBe(true);
    await page.getByTestId('enrol-name').fill('Me');
    await page.getByTestId('consent').check();
    await page.getByTestId('enrol-submit').click();
    await page.getByText('“Me” has joined the cast.').waitFor();
    const { id } = house.server.identities[8]!;
    await expect.poll(() => inSight(page.getByTestId(`identity-${id}`))).toBe(true);
    await page.getByTestId(`delete-${id}`).click();
    await page.getByTestId('confirm').click();
    await page.getByText('“Me” was deleted.').waitFor();
  });

  it('takes pictures that are dropped on it, and no more than eight', async () => {
    const page = await house.visit();
    await page.getByTestId('enrol').click();
    const { buffer } = await pngFile(page, 'any.png');
    await page.getByTestId('drop').evaluate(
      (drop, bytes) => {
        const dataTransfer = new DataTransfer();
        for (let index = 1; index <= 9; index++) {
          const file = new File([new Uint8Array(bytes)], `${index}.png`, { type: 'image/png' });
          dataTransfer.items.add(file);
        }
        drop.dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true }));
      },
      [...buffer],
    );
    await page.getByText('At most 8 pictures: 1 left out.').waitFor();
    expect(await page.getByTestId('picture').count()).toBe(8);
  });

  it('takes webcam snapshots, asking for one pose after the other', async () => {
    const page = await house.visit();
    await page.getByTestId('enrol').click();
    await page.getByTestId('open-booth').click();
    await page.getByText('Look straight into the camera').waitFor();
    await page.getByTestId('shutter').click();
    await page.getByText('Open your mouth').waitFor();
    expect(await page.getByTestId('picture').count()).toBe(1);
    await page.keyboard.press('Escape');
    await page.getByTestId('enrolment').waitFor({ state: 'detached' });
  });
});
