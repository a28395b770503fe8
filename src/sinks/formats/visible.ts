/**
 * Text that no reader takes for anything but text: control characters, line and paragraph separators, marks that turn
 * the direction of writing, and what is no character at all are shown as `\xHH` or `\u{H}`, as wire bytes are where
 * they enter. What is there already escaped stays as it is.
 */
export function visible(text: string): string {
  return UNSEEN.test(text) ? text.replace(EVERY_UNSEEN, shown) : text;
}

/** The same within lists and objects, names included. */
export function visibleAll(value: unknown): unknown {
  if (typeof value === 'string') return visible(value);
  if (Array.isArray(value)) return value.map(visibleAll);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [visible(name), visibleAll(one)]));
}

/**
 * C0, DEL, C1; LRM, RLM, separators, embeddings and overrides; isolates; byte order mark; no characters; half pairs.
 */
const CLASS =
  '[\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff\\ufffe\\uffff]|\\p{Surrogate}';
const UNSEEN = new RegExp(CLASS, 'u');
const EVERY_UNSEEN = new RegExp(CLASS, 'gu');

function shown(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16).toUpperCase();
  return code < 0x100 ? `\\x${digits.padStart(2, '0')}` : `\\u{${digits}}`;
}
