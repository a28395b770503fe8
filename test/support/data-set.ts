import { ascii, concat, u16of, u32of } from './bytes.ts';

/** An element by tag (eight digits), VR and value: text, bytes as they are, or the items of a sequence. */
export type TestElement = readonly [tag: string, vr: string, value: string | Uint8Array | readonly TestElement[][]];

export interface DataSetForm {
  readonly encoding: 'implicit' | 'explicit' | 'big-endian';
  /** Sequences and items of undefined length, with delimiters. */
  readonly delimited?: boolean;
}

const longForms = ['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV'];

/** Elements as bytes, PS3.5 section 7. Text is Latin-1, padded to even length with a space (NUL for UI). */
export function dataSet(elements: readonly TestElement[], form: DataSetForm): Uint8Array {
  return concat(...elements.map((element) => elementBytes(element, form)));
}

/** A header alone, for lengths that lie. */
export function elementHeader(tag: string, vr: string, length: number, form: DataSetForm): Uint8Array {
  const order = form.encoding === 'big-endian' ? 'big' : 'little';
  const tagBytes = concat(
    u16of(order, Number.parseInt(tag.slice(0, 4), 16)),
    u16of(order, Number.parseInt(tag.slice(4), 16)),
  );
  if (form.encoding === 'implicit' || tag.startsWith('FFFE')) return concat(tagBytes, u32of(order, length));
  if (longForms.includes(vr)) return concat(tagBytes, ascii(vr), new Uint8Array(2), u32of(order, length));
  return concat(tagBytes, ascii(vr), u16of(order, length));
}

function elementBytes([tag, vr, value]: TestElement, form: DataSetForm): Uint8Array {
  if (typeof value === 'string') {
    const padded = value.length % 2 === 0 ? value : value + (vr === 'UI' ? '\0' : ' ');
    return concat(elementHeader(tag, vr, padded.length, form), ascii(padded));
  }
  if (value instanceof Uint8Array) return concat(elementHeader(tag, vr, value.length, form), value);
  const items = concat(...value.map((item) => itemBytes(item, form)));
  if (!form.delimited) return concat(elementHeader(tag, vr, items.length, form), items);
  return concat(elementHeader(tag, vr, 0xffffffff, form), items, elementHeader('FFFEE0DD', '', 0, form));
}

function itemBytes(elements: readonly TestElement[], form: DataSetForm): Uint8Array {
  const content = dataSet(elements, form);
  if (!form.delimited) return concat(elementHeader('FFFEE000', '', content.length, form), content);
  return concat(elementHeader('FFFEE000', '', 0xffffffff, form), content, elementHeader('FFFEE00D', '', 0, form));
}
