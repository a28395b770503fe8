/**
 * What implementation class UIDs and version names stand for (PS3.7 section D.3.3.2). They are claims, anybody may send
 * them: what is shown is "identifies itself as". Origin: `recording`, our own captures (pcaps/README.md); `source`, the
 * toolkit's published source or documentation.
 */
export interface Toolkit {
  readonly name: string;
  /** The UID itself, or a root that ends in a dot. */
  readonly uid: string;
  /** How the version name begins; null where it is a bare number. */
  readonly version: string | null;
  readonly origin: 'recording' | 'source';
  /**
   * Its programs offer all the storage classes that they know unless told which: DCMTK's storescu, getscu, dcmqrscp.
   */
  readonly offersAll: boolean;
}

// biome-ignore format: one row, one line
const rows: readonly (readonly [name: string, uid: string, version: string | null, origin: Toolkit['origin'], offersAll: boolean])[] = [
  ['DCMTK', '1.2.276.0.7230010.3.0.', 'OFFIS_DCMTK_', 'recording', true],
  ['dcmjs-dimse', '1.2.826.0.1.3680043.10.854', 'DCMJS-DIMSE-', 'recording', false],
  ['pynetdicom', '1.2.826.0.1.3680043.9.3811.', 'PYNETDICOM_', 'source', true],
  ['fo-dicom', '1.3.6.1.4.1.30071.8', 'fo-dicom ', 'source', false],
  ['dcm4che', '1.2.40.0.13.1.', 'dcm4che-', 'source', false],
  ['go-netdicom', '1.2.826.0.1.3680043.10.786.1.1', 'GONETDICOM_', 'source', false],
  ['GODICOM', '1.2.826.0.1.3680043.9.7133.1.1', 'GODICOM_', 'source', false],
  ['DICOM-rs', '2.25.137038125948464847900039011591283709926', 'DICOM-rs ', 'source', false],
  ['GDCM', '1.2.826.0.1.3680043.2.1143.107.104.103.115.', 'GDCM ', 'source', false],
  ['PixelMed', '1.3.6.1.4.1.5962.99.2', 'PIXELMEDJAVA', 'source', false],
  ['ClearCanvas', '1.3.6.1.4.1.25403.1.1.1', 'Dicom 0.1', 'source', false],
  ['Conquest', '1.2.826.0.1.3680043.2.135.1066.101', null, 'source', false],
];

export const toolkits: readonly Toolkit[] = rows.map(([name, uid, version, origin, offersAll]) => ({
  name,
  uid,
  version,
  origin,
  offersAll,
}));
