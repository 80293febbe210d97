/** Where a page's generated part begins and ends, by its name. */
function marks(name: string, command: string): { begin: string; end: string } {
  return {
    begin: `<!-- generated: ${name} (${command}) -->`,
    end: `<!-- end of generated: ${name} -->`,
  };
}

/**
 * Puts `content` between a page's marks; the rest of the page is written by hand.
 * @throws RangeError when the page has not exactly one such pair.
 */
export function replaceRegion(
  page: string,
  name: string,
  content: string,
  command = 'npm run docs',
): string {
  const { begin, end } = marks(name, command);
  const [before, inside, ...more] = page.split(begin);
  const [, after, ...rest] = (inside ?? '').split(end);
  if (before === undefined || after === undefined || more.length > 0 || rest.length > 0) {
    throw new RangeError(`the page must have ${begin} and ${end} once, in this order`);
  }
  return `${before}${begin}\n\n${content.trim()}\n\n${end}${after}`;
}
