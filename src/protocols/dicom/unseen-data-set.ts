import type { DataSet, Side } from '../../model/facts.ts';

/** The fact of a data set while it is put together. */
export type DataSetInHand = { -readonly [K in keyof DataSet]: DataSet[K] };

/** What there is to say of a data set of which nothing was seen. */
export function unseenDataSet(
  side: Side,
  contextId: number,
  final: boolean,
  transferSyntax: string | null,
): DataSetInHand {
  return {
    kind: 'data-set',
    side,
    contextId,
    final,
    bytes: 0,
    missed: 0,
    transferSyntax,
    transferSyntaxGuessed: false,
    incomplete: null,
    shown: [],
    patientHash: null,
    studyHash: null,
    instanceHash: null,
    deidentified: 'not-seen',
    queryLevel: null,
    restricted: null,
    oddities: [],
    contentMark: null,
  };
}
