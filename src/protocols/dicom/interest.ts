import { attributeIndex, attributes, indexOfTag, privateIndex } from './tables/attributes.ts';

/** Nothing of interest. */
export const NONE = -1;

/** Beyond the attributes of the table, what the scanner hands out has these numbers. */
export const CHARACTER_SET = attributes.length;
export const QUERY_LEVEL = attributes.length + 1;
export const IDENTITY_REMOVED = attributes.length + 2;
/** MIME Type of Encapsulated Document. */
export const MIME_TYPE = attributes.length + 3;
/** Any other element that may be the key of a query. */
export const OTHER_KEY = attributes.length + 4;
/** Only the first bytes of the value are looked at. */
export const HEAD = attributes.length + 5;

/** What the value of an element is to the scanner: an index of `attributes`, one of the numbers above, or nothing. */
export function interestOf(group: number, element: number, level: number): number {
  const attribute = attributeIndex(group, element);
  if (attribute !== NONE) return attribute;
  if (group === 0x0008) {
    if (element === 0x0005) return CHARACTER_SET;
    if (element === 0x0052 && level === 0) return QUERY_LEVEL;
  } else if (group === 0x0042 && element === 0x0012 && level === 0) return MIME_TYPE;
  else if (group === 0x0012 && element === 0x0062 && level === 0) return IDENTITY_REMOVED;
  return NONE;
}

/** Attributes shown by their length alone: private ones, and binary ones that may be huge. */
export const knownByLength = Uint8Array.from(attributes, (attribute, index) =>
  index === privateIndex || ['OB', 'OW', 'UN'].includes(attribute.vr) ? 1 : 0,
);

export const documentIndex = indexOfTag('00420011');
/** Of an encapsulated document as much as readers of PDF look through for its beginning. */
export const documentHeadBytes = 1024;

/**
 * What may restrict the answer of a query: not a group's length, nor (0008,0053) to (0008,0056) and the offset from
 * UTC.
 */
export function isKey(group: number, element: number): boolean {
  if (element === 0) return false;
  return group !== 0x0008 || !((element >= 0x0053 && element <= 0x0056) || element === 0x0201);
}

/** (7FE0,0008) Float, (7FE0,0009) Double Float and (7FE0,0010) Pixel Data. */
export function isPixelData(element: number): boolean {
  return element === 0x0010 || element === 0x0008 || element === 0x0009;
}
