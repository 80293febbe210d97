import type { Page } from 'playwright-core';

/** A square picture as a file input takes it, drawn and coded by the browser of a page. */
export function pngFile(
  page: Page,
  name: string,
  side = 256,
): Promise<{ name: string; mimeType: string; buffer: Buffer }> {
  return page
    .evaluate((size) => {
      const canvas = document.createElement('canvas');
      canvas.width = canvas.height = size;
      canvas.getContext('2d')?.fillRect(0, 0, size / 2, size);
      return canvas.toDataURL('image/png').split(',')[1] ?? '';
    }, side)
    .then((data) => ({ name, mimeType: 'image/png', buffer: Buffer.from(data, 'base64') }));
}
