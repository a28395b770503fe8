import { commandName, isCommandSet, isWholeCommandSet, parseCommandSet } from '../../../src/protocols/dicom/dimse.ts';
import { hex } from '../../support/bytes.ts';
import { openHash } from '../../support/scan.ts';
import { carried } from '../corpus.ts';
import { joined } from '../mutator.ts';
import { promised, promisedSame, type Target } from '../target.ts';

const around = Uint8Array.of(1, 0, 0, 0, 8);
const tags = [
  0, 2, 3, 0x100, 0x110, 0x120, 0x600, 0x800, 0x900, 0x1000, 0x1001, 0x1002, 0x1008, 0x1020, 0x1021, 0x1022,
];

/** One command set, whole. */
export const commandSetTarget: Target = {
  name: 'command-set',
  bytesMax: 1024,
  seeds: async () => [...(await carried()).commandSets],
  dictionary: [
    ...tags.map((tag) => Uint8Array.of(0, 0, tag & 0xff, tag >>> 8, 2, 0, 0, 0, 1, 0)),
    hex('0000231002000000 0100'),
    hex('0000301002000000 4142'),
    hex('0000311002000000 0100'),
  ],
  run(bytes) {
    const whole = parse(bytes);
    const moved = joined(around, bytes, around);
    const elsewhere = parse(moved, 5, 5 + bytes.length);
    promisedSame(elsewhere, whole, 'what is around a command set does not matter');
    if (isCommandSet(bytes, 0, bytes.length)) {
      promised(whole.command !== null, 'what is found to be a command set is one');
    }
    isWholeCommandSet(bytes, 0, bytes.length);
    const cut = parse(bytes.subarray(0, bytes.length - (bytes.length % 29))).command;
    if (cut !== null) checkPart(cut, whole.command);
    const fields = Object.values(whole.command ?? {}).filter((value) => value !== null).length;
    const name = commandName(whole.command?.field ?? 0);
    return `${name.startsWith('0x') ? '' : name} ${whole.malformed?.field ?? ''} ${fields}`;
  },
};

type Command = ReturnType<typeof parseCommandSet>['command'];

/** A copy: the next command set is read into the same object. */
function parse(bytes: Uint8Array, start = 0, end = bytes.length): ReturnType<typeof parseCommandSet> {
  const { command, malformed } = parseCommandSet(bytes, start, end, 0, 1, openHash);
  return { command: command === null ? null : { ...command }, malformed };
}

/** What a cut command set says, the whole one says too. */
function checkPart(cut: NonNullable<Command>, whole: Command): void {
  promised(whole !== null, 'a cut command set shows no other field');
  for (const [name, value] of Object.entries(cut)) {
    if (value === null || name === 'hasDataSet') continue;
    const other = whole?.[name as keyof typeof whole];
    const [part, all] = [JSON.stringify(value), JSON.stringify(other)];
    promised(part === all, 'a cut command set says nothing else', () => `${name} ${part} ${all}`);
  }
}
