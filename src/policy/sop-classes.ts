import { sopClasses } from '../protocols/dicom/tables/uids.ts';

/**
 * The UID of a SOP class of a policy file: a UID, or its name in PS3.6 with or without spaces (`CT Image Storage`,
 * `CTImageStorage`). Null when it is neither.
 */
export function sopClassUid(text: string): string | null {
  if (UID.test(text)) return text.length <= 64 ? text : null;
  if (byName.size === 0) for (const [uid, { name }] of sopClasses) byName.set(folded(name), uid);
  return byName.get(folded(text)) ?? null;
}

/** The name of a SOP class, or its UID where the standard knows none. */
export function sopClassName(uid: string): string {
  return sopClasses.get(uid)?.name ?? uid;
}

/** PS3.5 section 9.1: components without leading zeros. */
const UID = /^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*))+$/;
const byName = new Map<string, string>();

function folded(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9]/g, '').toLowerCase();
}
