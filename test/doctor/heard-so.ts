import type { Heard } from '../../src/doctor/heard.ts';

/** A mirror that is well. */
export function heard(parts: Partial<Heard> = {}): Heard {
  return {
    seconds: 5,
    packets: 1000,
    bytes: 900_000,
    lost: 0,
    segments: 900,
    tagged: 900,
    payloads: 500,
    twice: 0,
    conversations: 40,
    bothWays: 38,
    dicom: 12,
    ...parts,
  };
}
