/**
 * What is written where a value was taken out, or never was. A value that is only this is none. Compared after
 * everything but letters and digits is dropped and letters are upper case: `De-Identified^` is `DEIDENTIFIED`.
 *
 * Not here, with reason: TEST (test systems hold copies of real patients under such marks, and it is a surname),
 * DOE^JOHN and its like (people bear it), UNIDENTIFIED numbers of emergency rooms (they name one patient in one
 * house), 19700101 and 20000101 as birth dates (one patient in 25,000 was born then).
 */
export const placeholderWords: readonly string[] = [
  // written by de-identifiers: CTP, DCMTK's and GDCM's anonymizers, Orthanc, pydicom's deid, PACS exports
  'ANON',
  'ANONYM',
  'ANONYMIZE',
  'ANONYMIZED',
  'ANONYMISED',
  'ANONYMOUS',
  'ANONYMIZEDPATIENT',
  'ANONYMISEDPATIENT',
  'ANONYMOUSPATIENT',
  'PATIENTANONYMIZED',
  'PATIENTANONYMOUS',
  'ANONYMIZEDNAME',
  'ANONYMIZEDID',
  'ANONYMISIERT',
  'ANONYME',
  'ANONIMO',
  'ANONIMIZADO',
  'DEIDENTIFIED',
  'DEIDENTIFIEDPATIENT',
  'DEID',
  'DEPERSONALIZED',
  'PSEUDONYMIZED',
  'PSEUDONYMISED',
  'REMOVED',
  'REMOVEDBYDEIDENTIFIER',
  'REDACTED',
  'DELETED',
  'CLEARED',
  'BLANK',
  'EMPTY',
  'DUMMY',
  'HIDDEN',
  'MASKED',
  'CONFIDENTIAL',
  'WITHHELD',
  // written by people and systems that did not know
  'UNKNOWN',
  'UNKNOWNPATIENT',
  'UNBEKANNT',
  'INCONNU',
  'DESCONOCIDO',
  'NN',
  'NA',
  'NONE',
  'NIL',
  'NULL',
  'NONAME',
  'NOID',
  'NOTAVAILABLE',
  'NOTAPPLICABLE',
  'NOTGIVEN',
  'NOTKNOWN',
  'NOTPROVIDED',
  'NOTSPECIFIED',
  'NOVALUE',
  'UNDEFINED',
  'UNSPECIFIED',
  'UNNAMED',
  // an attribute's own name as its value, as templates leave it
  'PATIENT',
  'PATIENTNAME',
  'PATIENTID',
];

/** Characters that, repeated any number of times and alone, blank a value out: XXXX, 0000, and so 0.0 as a weight. */
export const placeholderRepeated: readonly string[] = ['X', '0'];

/**
 * Dates that databases and de-identifiers write for "none" (VR DA and DT, by their first eight digits): the zero dates
 * of MUMPS-age tables, OLE (1899-12-30), Windows (1601), SQL Server (1753), Gregorian calendars (1582), and the ends
 * of what fits. Nobody alive was born, and nothing was imaged, on any of them.
 */
export const placeholderDates: readonly string[] = [
  '00000000',
  '00010101',
  '11111111',
  '15821015',
  '16010101',
  '17530101',
  '18000101',
  '18991230',
  '18991231',
  '19000101',
  '99991231',
  '99999999',
];
