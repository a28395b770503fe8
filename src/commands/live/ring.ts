import { reasonOf } from '../../capture/files.ts';
import { EvidenceRing } from '../../capture/ring/evidence-ring.ts';
import type { LiveConfig } from '../../config.ts';
import { OperatorError } from '../../model/errors.ts';
import type { EvidenceStatus } from '../../model/live-status.ts';
import { programVersion } from '../../program.ts';
import type { Log } from '../log.ts';
import { makeFolderFor, type Person } from './privileges.ts';

/** Makes the folder of the ring while root is there to; `person` is who will write to it. */
export function prepareRing({ evidence }: Pick<LiveConfig, 'evidence'>, person: Person): void {
  if (evidence !== null) makeFolderFor(`${evidence.folder}/x`, person);
}

/**
 * The packets that the configuration asks to be kept, which a reload may change. One line of the log when they cannot
 * be, and one when they are again.
 */
export class KeptRing {
  private readonly log: Log;
  private ring: EvidenceRing | null;
  private evidence: LiveConfig['evidence'];

  /** Throws `output-unwritable`. */
  constructor(config: Wanted, log: Log) {
    this.log = log;
    this.ring = openRing(config, log);
    this.evidence = config.evidence;
  }

  get status(): EvidenceStatus | null {
    return this.ring?.status ?? null;
  }

  keep(...packets: Parameters<EvidenceRing['keep']>): void {
    this.ring?.keep(...packets);
  }

  tick(): void {
    this.ring?.tick();
  }

  /** Keeps them so from here on. Throws `output-unwritable`: then all is as it was. */
  async use(config: Wanted): Promise<void> {
    const { evidence: before, ring, log } = this;
    const { evidence } = config;
    if (evidence?.folder === before?.folder) {
      if (evidence !== null && evidence.bytes !== before?.bytes) ring?.resize(evidence.bytes);
    } else {
      this.ring = openRing(config, log);
      if (evidence === null) log.info({ folder: before?.folder }, 'packets are not kept any more');
      await ring?.close(closeMs);
    }
    this.evidence = evidence;
  }

  async close(): Promise<void> {
    await this.ring?.close(closeMs);
  }
}

type Wanted = Pick<LiveConfig, 'evidence' | 'interfaces'>;

/** What came last may take so long to be written. */
const closeMs = 500;

function openRing({ evidence, interfaces }: Wanted, log: Log): EvidenceRing | null {
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
