/** An element as a strict reader finds it: no namespaces, comments or sections, which our writer never makes. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
}

/** Throws where it is not well-formed, and on what is not printable ASCII. */
export function parseXml(text: string): Element {
  const declaration = '<?xml version="1.0" encoding="UTF-8"?>';
  if (!text.startsWith(declaration) || /[^ -~]/.test(text)) throw new Error('XML: declaration or characters');
  const { element, rest } = one(text.slice(declaration.length));
  if (rest !== '') throw new Error(`XML: after the end: ${rest}`);
  return element;
}

function one(text: string): { element: Element; rest: string } {
  const start = /^<([A-Za-z]\w*)((?: [A-Za-z][\w-]*="[^"<]*")*)(\/?)>/.exec(text);
  if (start === null) throw new Error(`XML: ${text.slice(0, 60)}`);
  const [all, name, given, empty] = start;
  const attributes: Record<string, string> = {};
  for (const [, key, value] of given.matchAll(/ ([A-Za-z][\w-]*)="([^"<]*)"/g)) {
    if (key in attributes) throw new Error(`XML: ${key} twice`);
    attributes[key] = unescaped(value);
  }
  const children: Element[] = [];
  let content = '';
  let rest = text.slice(all.length);
  if (empty === '/') return { element: { name, attributes, children, text: content }, rest };
  while (!rest.startsWith(`</${name}>`)) {
    if (rest.startsWith('<')) {
      const child = one(rest);
      children.push(child.element);
      rest = child.rest;
    } else {
      const plain = /^[^<]+/.exec(rest)?.[0];
      if (plain === undefined) throw new Error('XML: ends early');
      content += unescaped(plain);
      rest = rest.slice(plain.length);
    }
  }
  return { element: { name, attributes, children, text: content }, rest: rest.slice(name.length + 3) };
}

function unescaped(text: string): string {
  return text.replace(/&([^;]*);|&/g, (all, name: string | undefined) => {
    const known = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }[name ?? ''];
    const code = /^#x([0-9A-F]+)$/.exec(name ?? '');
    if (known === undefined && code === null) throw new Error(`XML: ${all}`);
    return known ?? String.fromCodePoint(Number.parseInt(code?.[1] ?? '', 16));
  });
}
