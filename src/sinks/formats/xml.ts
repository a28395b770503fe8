/**
 * An element of XML 1.0 in printable ASCII: other characters are references, so the encoding cannot be mistaken.
 * Attributes that are null are left out. Texts have no control characters (`visible`), which XML could not hold.
 */
export function xml(
  name: string,
  attributes: Readonly<Record<string, string | null>>,
  content: readonly string[] = [],
): string {
  let start = `<${name}`;
  for (const [key, value] of Object.entries(attributes)) if (value !== null) start += ` ${key}="${xmlText(value)}"`;
  return content.length === 0 ? `${start}/>` : `${start}>${content.join('')}</${name}>`;
}

/** Markup, quotes and what is not ASCII, as references. */
export function xmlText(text: string): string {
  return text.replace(/[&<>"']|[^ -~]/gu, (character) => {
    return named[character] ?? `&#x${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()};`;
  });
}

const named: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
