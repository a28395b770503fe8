import { reasonOf } from '../../capture/files.ts';
import { EvidenceRing } from '../../capture/ring/evidence-ring.ts';
import type { LiveConfig } from '../../config.ts';
import { OperatorError } from '../../model/errors.ts';
import { programVersion } from '../../program.ts';
import type { Log } from '../log.ts';
import { makeFolderFor, type Person } from './privileges.ts';

/** Makes the folder of the ring while root is there to; `person` is who will write to it. */
export function prepareRing({ evidence }: Pick<LiveConfig, 'evidence'>, person: Person): void {
  if (evidence !== null) makeFolderFor(`${evidence.folder}/x`, person);
}

/** The ring that the configuration asks for. One line of the log when it fails, and one when it is well again. Throws `output-unwritable`. */
export function openRing(
  { evidence, interfaces }: Pick<LiveConfig, 'evidence' | 'interfaces'>,
  log: Log,
): EvidenceRing | null {
  if (evidence === null) return null;
  try {
    const ring = new EvidenceRing({
      folder: evidence.folder,
      bytes: evidence.bytes,
      lanes: interfaces.length,
      application: `dicomtap ${programVersion()}`,
      trouble: (why, missed) => {
        if (why === null) log.info({ missed }, 'packets are kept again');
        else log.error({ folder: evidence.folder, why }, 'packets are not kept: only dicomtap extract needs them');
      },
    });
    log.info({ folder: evidence.folder, bytes: evidence.bytes }, 'packets are kept');
    return ring;
  } catch (error) {
    const remedy = 'Name another with --ring, or make it: this user alone needs to write it.';
    throw new OperatorError(
      'output-unwritable',
      `packets cannot be kept in ${evidence.folder}: ${reasonOf(error)}`,
      remedy,
      error,
    );
  }
}
