/** A device of the invented hospital. */
export interface Host {
  readonly title: string;
  readonly address: string;
  /** Where it listens for DICOM. */
  readonly port: number;
}

const host = (title: string, address: string, port = 104): Host => ({ title, address, port });

/** Twelve modalities: .17 has its address by DHCP, .19 keeps an association open, .22 speaks IPv6 too, .21 TLS. */
export const modalities: readonly Host[] = [
  host('CT01', '10.20.1.11'),
  host('CT02', '10.20.1.12'),
  host('MR01', '10.20.1.13'),
  host('MR02', '10.20.1.14'),
  host('CR01', '10.20.1.15'),
  host('CR02', '10.20.1.16'),
  host('US_PORTABLE', '10.20.1.17'),
  host('US02', '10.20.1.18'),
  host('XA01', '10.20.1.19'),
  host('MG01', '10.20.1.20'),
  host('NM01', '10.20.1.21'),
  host('DX01', '10.20.1.22'),
];

/** Titles of six letters, as long as those in the recordings of C-MOVE. */
export const workstations: readonly Host[] = [1, 2, 3, 4, 5, 6].map((n) => host(`WKST0${n}`, `10.20.2.2${n}`, 11112));

export const archive = host('ARCHIVE', '10.20.5.10');
/** What the archive calls itself when it is the one that calls. */
export const archiveOut = 'ARCHIVE_OUT';
/** The second archive, which fetches what is new from the first. */
export const backup = host('BACKUP', '10.20.5.20', 11112);
export const worklist = host('RIS_MWL', '10.20.5.30');
export const mpps = host('RIS_MPPS', '10.20.5.30', 11113);
export const printer = host('PRINTER', '10.20.5.40');

/** An engineer's laptop with DCMTK on it. */
export const engineer = host('ECHOSCU', '10.20.7.7');
/** Looks every few minutes whether the archive accepts associations, and sends nothing. */
export const monitor = host('MONITOR', '10.20.7.8');
export const intranet = host('', '10.20.9.50', 80);

/** The same device and archive over IPv6. */
export const dx6 = host('DX01', 'fd00:20::1:22');
export const archive6 = host('ARCHIVE', 'fd00:20::5:10');
