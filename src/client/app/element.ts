type Child = Node | string | null | undefined | false;

type Handlers = {
  readonly [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void;
};

/** `on` holds listeners; true stands for an attribute without a value, false and null for none. */
type Attributes = Readonly<
  Record<string, string | number | boolean | null | undefined | Handlers>
> & {
  readonly on?: Handlers;
};

/** Makes an HTML element with its attributes, listeners and children. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  decorate(element, attributes, children);
  return element;
}

/** Makes an SVG element. */
export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Tag] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  decorate(element, attributes, children);
  return element;
}

/** Puts `children` in the place of what `parent` holds. */
export function fill(parent: Element, ...children: readonly Child[]): void {
  parent.replaceChildren(...present(children));
}

function decorate(element: Element, attributes: Attributes, children: readonly Child[]): void {
  const { on, ...plain } = attributes;
  for (const [name, value] of Object.entries(plain)) {
    if (value === true) element.setAttribute(name, '');
    else if (value !== false && value != null) element.setAttribute(name, String(value));
  }
  for (const [event, listener] of Object.entries(on ?? {})) {
    element.addEventListener(event, listener as EventListener);
  }
  element.append(...present(children));
}

function present(children: readonly Child[]): (Node | string)[] {
  return children.filter(
    (child): child is Node | string => child instanceof Node || typeof child === 'string',
  );
}
