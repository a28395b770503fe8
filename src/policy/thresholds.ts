/**
 * Thresholds of detections, by their names in the policy file: default, and what is counted. A detection reads them
 * from `policy.thresholds`; a new one is a row here, and nothing else. Windows slide on packet time.
 */
// biome-ignore format: one row, one line
export const thresholdTable = {
  'tls-certificate': {
    expiry_days: [30, 'days before the end of a certificate at which it is told'],
    rsa_bits: [2048, 'bits of an RSA key; fewer are told'],
  },
  'ae-collision': {
    window_hours: [24, 'hours within which one calling AE title comes from two addresses'],
  },
  'ae-any-accepted': {
    titles: [3, 'called AE titles that a server accepted, one of which nobody owns'],
  },
  'ae-guessing': {
    rejections: [10, 'rejections of AE titles (reasons 3 and 7) from one source'],
    titles: [5, 'different AE titles among them'],
    window_minutes: [10, 'minutes within which they are counted'],
  },
  'dicom-sweep': {
    listeners: [5, 'DICOM listeners that one source opens associations to, and does no more than echo'],
    unanswered: [20, 'addresses and ports of DICOM that one source tries without an answer'],
    window_minutes: [10, 'minutes within which they are counted'],
  },
  'capability-probe': {
    contexts: [60, 'SOP classes that a client offers a server within ten minutes and uses none of'],
  },
  'bulk-query': {
    unrestricted: [100, 'patients handed out to queries without any restricting key'],
    patients: [500, 'patients handed out to all queries of a client at one server, by one model'],
    window_minutes: [60, 'minutes within which they are counted'],
  },
  'bulk-retrieval': {
    patients: [50, 'patients whose objects go to one receiver'],
    objects: [10_000, 'objects that go to one receiver'],
    window_minutes: [60, 'minutes within which they are counted'],
  },
  'protocol-violation': {
    repeated: [10, 'of one kind between two ends, from which they are high'],
    window_minutes: [60, 'minutes within which they are counted'],
  },
  'evasion-suspected': {
    segments: [8, 'tiny segments in a row that a request is cut into'],
    segment_bytes: [8, 'bytes of payload up to which a segment is tiny'],
  },
  'association-exhaustion': {
    rejections: [10, 'transient rejections (a limit of the server) by one server'],
    held: [50, 'associations of one server held open at a time without a request'],
    window_minutes: [1, 'minutes within which rejections are counted'],
  },
  'sensor-blind': {
    lost_percent: [10, 'of a hundred packets lost'],
    window_minutes: [15, 'minutes of loss, or without any frame'],
  },
} as const satisfies Record<string, Record<string, readonly [value: number, about: string]>>;

type Table = typeof thresholdTable;

/** A detection that has thresholds. */
export type Tuned = keyof Table;

/** The thresholds of each detection, such as `thresholds['ae-guessing'].titles`. */
export type Thresholds = { readonly [D in Tuned]: { readonly [N in keyof Table[D]]: number } };

/** As a policy file sets them, some of them. */
export type ThresholdsContent = { readonly [D in Tuned]?: ThresholdsOf<D> | undefined };
type ThresholdsOf<D extends Tuned> = { readonly [N in keyof Table[D]]?: number | undefined };

/** Names of the thresholds of a detection; none for most. */
export function thresholdNames(detection: string): readonly string[] {
  return Object.hasOwn(thresholdTable, detection) ? Object.keys(thresholdTable[detection as Tuned]) : [];
}

/** Defaults with what `content` sets, one layer after the other. */
export function thresholdsWith(...contents: readonly (ThresholdsContent | undefined)[]): Thresholds {
  const all = Object.entries(thresholdTable).map(([detection, names]) => {
    const given = contents.map((content) => content?.[detection as Tuned] as Record<string, number> | undefined);
    const values = Object.entries(names).map(([name, [value]]) => {
      return [name, given.reduce<number>((last, each) => each?.[name] ?? last, value)];
    });
    return [detection, Object.fromEntries(values)];
  });
  return Object.fromEntries(all) as Thresholds;
}
