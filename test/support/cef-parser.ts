/** What a strict reader of CEF version 0 finds: seven fields of the header, and the pairs of the extension. */
export interface Cef {
  readonly vendor: string;
  readonly product: string;
  readonly version: string;
  readonly class: string;
  readonly name: string;
  readonly severity: number;
  readonly extension: Readonly<Record<string, string>>;
}

/** Throws where the format does not allow what is there: a wrong escape, a bare sign, a key twice. */
export function parseCef(text: string): Cef {
  if (/[^ -~\u00a0-\u{10ffff}]/u.test(text)) throw new Error('CEF: a control character');
  if (!text.startsWith('CEF:0|')) throw new Error('CEF: no CEF:0');
  const fields: string[] = [];
  let at = 'CEF:0|'.length;
  let field = '';
  while (fields.length < 6) {
    const character = text[at++];
    if (character === undefined) throw new Error('CEF: the header ends early');
    if (character === '|') {
      fields.push(field);
      field = '';
    } else if (character === '\\') {
      const next = text[at++];
      if (next !== '\\' && next !== '|') throw new Error(`CEF: \\${next} in the header`);
      field += next;
    } else field += character;
  }
  const [vendor, product, version, eventClass, name, grade] = fields;
  if (!/^([0-9]|10)$/.test(grade)) throw new Error(`CEF: severity ${grade}`);
  const extension = pairs(text.slice(at));
  return { vendor, product, version, class: eventClass, name, severity: Number(grade), extension };
}

/** A bare `=` ends a key, which is the word before it. */
function pairs(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  let key: string | null = null;
  let value = '';
  for (let at = 0; at <= text.length; at++) {
    const character = text[at];
    if (character === '\\') {
      const next = text[++at];
      const meant = { '\\': '\\', '=': '=', n: '\n', r: '\r' }[next];
      if (meant === undefined) throw new Error(`CEF: \\${next} in a value`);
      value += meant;
    } else if (character === '=' || character === undefined) {
      const space = character === undefined ? value.length : value.lastIndexOf(' ');
      const next = value.slice(space + 1);
      if (character === '=' && !/^[A-Za-z0-9_.]+$/.test(next)) throw new Error(`CEF: key «${next}»`);
      if (key === null ? space > 0 : key in found) throw new Error(`CEF: ${key} twice, or text before the first key`);
      if (key !== null) found[key] = value.slice(0, space);
      key = next;
      value = '';
    } else value += character;
  }
  return found;
}
