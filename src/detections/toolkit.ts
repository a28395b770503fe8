import { Joined } from '../bytes/joined-texts.ts';
import { type Toolkit, toolkits } from './tables/toolkits.ts';

/** The toolkit that an implementation says it is; null for one that is not in the table. */
export function toolkitOf(uid: string | null, version: string | null): Toolkit | null {
  return (
    toolkits.find((one) => uid !== null && (one.uid.endsWith('.') ? uid.startsWith(one.uid) : uid === one.uid)) ??
    toolkits.find((one) => one.version !== null && version?.startsWith(one.version)) ??
    null
  );
}

/** `DCMTK (OFFIS_DCMTK_367)`, or what it says of itself where the table knows no name. */
export function implementationInWords(uid: string | null, version: string | null): string {
  return uid === null || version === null ? inWords(uid, version) : words.of(uid, version);
}

const words = new Joined<string>(inWords);

function inWords(uid: string | null, version: string | null): string {
  const said = version ?? uid ?? 'nothing';
  const toolkit = toolkitOf(uid, version);
  return toolkit === null ? said : `${toolkit.name} (${said})`;
}
