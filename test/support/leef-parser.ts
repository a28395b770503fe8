/** What a strict reader of LEEF 2.0 finds. */
export interface Leef {
  readonly vendor: string;
  readonly product: string;
  readonly version: string;
  readonly event: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Throws where the format does not allow what is there. The delimiter is one character, or `x` and its code. */
export function parseLeef(text: string): Leef {
  if (/[^ -~\t\u00a0-\u{10ffff}]/u.test(text)) throw new Error('LEEF: a control character');
  const header = /^LEEF:2\.0\|([^|]*)\|([^|]*)\|([^|]*)\|([^|]*)\|([^|]+)\|/.exec(text);
  if (header === null) throw new Error('LEEF: header');
  const [all, vendor, product, version, event, mark] = header;
  const code = /^(?:0?x)([0-9a-f]{1,4})$/i.exec(mark);
  if (code === null && mark.length !== 1) throw new Error(`LEEF: delimiter ${mark}`);
  const delimiter = code === null ? mark : String.fromCharCode(Number.parseInt(code[1], 16));
  const attributes: Record<string, string> = {};
  for (const pair of text.slice(all.length).split(delimiter)) {
    const [key, ...rest] = pair.split('=');
    if (!/^[A-Za-z0-9_]+$/.test(key) || rest.length === 0) throw new Error(`LEEF: «${pair}»`);
    if (key in attributes) throw new Error(`LEEF: ${key} twice`);
    attributes[key] = rest.join('=');
  }
  return { vendor, product, version, event, attributes };
}
