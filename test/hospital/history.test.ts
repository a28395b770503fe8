// Proves: one capture, then the next with --with-history, leave in the store what both at once leave; without it they
// do not.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TableName } from '../../src/store/schema.ts';
import { openForReading } from '../../src/store/store.ts';
import { runWords } from '../commands/run.ts';
import { dumpOf, temporaryFolder } from '../support/stores.ts';
import { Acts } from './acts.ts';
import { Chance } from './chance.ts';
import { dayStart, hour, minute } from './day.ts';
import { archive, modalities, workstations } from './site.ts';
import { captureFile, Wire } from './wire.ts';

const [modality] = modalities;
const [workstation] = workstations;
const titles = { calling: modality.title, called: archive.title };
const call = { from: modality, to: archive };
const day = 24 * hour;

interface Case {
  readonly about: string;
  readonly detection: string;
  /** Findings of the detection: both captures at once, and the second alone. */
  readonly both: number;
  readonly alone: number;
  readonly before: (wire: Wire, acts: Acts) => void;
  readonly after: (wire: Wire, acts: Acts) => void;
}

/** What `before` does happens on one day, what `after` does up to 25 hours later. */
const cases: readonly Case[] = [
  {
    about: 'a pair that used TLS',
    detection: 'tls-downgrade',
    both: 1,
    alone: 0,
    before: (wire, acts) =>
      wire.talk(acts.verbatim('tls12', 0), { ...call, to: { ...archive, port: 2762 }, at: dayStart }),
    after: (wire, acts) => wire.talk(acts.store(titles, [[1, 0]]), { ...call, at: dayStart + 2 * hour }),
  },
  {
    about: 'a listener known by an association before, which speaks TLS now',
    detection: 'tls-downgrade',
    both: 1,
    alone: 0,
    before: (wire, acts) => wire.talk(acts.echo(titles), { ...call, to: { ...archive, port: 7104 }, at: dayStart }),
    after: (wire, acts) =>
      wire.talk(acts.verbatim('tls12', 0), {
        from: workstation,
        to: { ...archive, port: 7104 },
        at: dayStart + 2 * hour,
      }),
  },
  {
    about: 'a title that came from another address',
    detection: 'ae-collision',
    both: 1,
    alone: 0,
    before: (wire, acts) => wire.talk(acts.echo(titles), { ...call, at: dayStart }),
    after: (wire, acts) =>
      wire.talk(acts.echo(titles), { ...call, from: { address: '10.20.66.1' }, at: dayStart + 2 * hour }),
  },
  {
    about: 'the same, but too long ago',
    detection: 'ae-collision',
    both: 0,
    alone: 0,
    before: (wire, acts) => wire.talk(acts.echo(titles), { ...call, at: dayStart }),
    after: (wire, acts) =>
      wire.talk(acts.echo(titles), { ...call, from: { address: '10.20.66.1' }, at: dayStart + day + hour }),
  },
  {
    about: 'a device that was another implementation',
    detection: 'implementation-changed',
    both: 1,
    alone: 0,
    before: (wire, acts) => {
      for (const i of [0, 1, 2]) wire.talk(acts.echo(titles), { ...call, at: dayStart + i * minute });
    },
    after: (wire, acts) => wire.talk(acts.whole('misuse', 3, titles), { ...call, at: dayStart + 2 * hour }),
  },
  {
    about: 'a network seen for a day, a destination that never was',
    detection: 'move-destination-unknown',
    both: 1,
    alone: 0,
    before: (wire, acts) => wire.talk(acts.echo(titles), { ...call, at: dayStart }),
    after: (wire, acts) =>
      wire.talk(acts.move({ calling: workstation.title, called: archive.title }, 'ROGUE1', 1, minute), {
        from: workstation,
        to: archive,
        at: dayStart + day + hour,
      }),
  },
  {
    about: 'a destination that called before, and is refused now',
    detection: 'move-destination-unknown',
    both: 0,
    alone: 1,
    before: (wire, acts) =>
      wire.talk(acts.echo({ ...titles, calling: 'VIEWER9' }), { ...call, from: workstation, at: dayStart }),
    after: (wire, acts) =>
      wire.talk(acts.moveRefused({ calling: workstation.title, called: archive.title }, 'VIEWER9', 1), {
        from: workstation,
        to: archive,
        at: dayStart + 2 * hour,
      }),
  },
  {
    about: 'an object stored before with other pixels',
    detection: 'object-replaced',
    both: 1,
    alone: 0,
    before: (wire, acts) => wire.talk(acts.stored(titles, 1), { ...call, at: dayStart }),
    after: (wire, acts) => wire.talk(acts.storedOtherwise(titles, 1), { ...call, at: dayStart + 2 * hour }),
  },
];

/** All that detections and the ledger write, but the runs and their log. */
const written: readonly TableName[] = ['finding', 'alert', 'association', 'operation', 'tls_session', 'exposure'];

let acts: Acts;
beforeAll(async () => {
  acts = await Acts.load();
});

describe.each(cases)('$about: $detection', ({ detection, both, alone, before, after }) => {
  it('is judged in two runs as in one', async () => {
    const folder = temporaryFolder();
    const at = (name: string) => join(folder, name);
    writeFileSync(at('hash.key'), '11'.repeat(32), { mode: 0o600 });
    for (const [name, happens] of [['a.pcap', before] as const, ['b.pcap', after] as const]) {
      const wire = new Wire(new Chance(name.charCodeAt(0)));
      happens(wire, acts);
      writeFileSync(at(name), captureFile(wire.frames()));
    }
    const replay = async (database: string, ...words: string[]) => {
      const common = ['--quiet', '--hash-key', at('hash.key'), '--db', at(database)];
      const { status, stderr } = await runWords(['replay', ...words, ...common]);
      expect(status, stderr).toBe(0);
    };
    await replay('both.db', at('a.pcap'), at('b.pcap'));
    await replay('alone.db', at('b.pcap'));
    await replay('parted.db', at('a.pcap'));
    await replay('parted.db', at('b.pcap'), '--with-history');
    await replay('turned.db', at('b.pcap'));
    await replay('turned.db', at('a.pcap'), '--with-history');
    await replay('turned.db', at('b.pcap'), '--with-history');
    expect(found(at('both.db'), detection)).toBe(both);
    expect(found(at('alone.db'), detection)).toBe(alone);
    expect(dumped(at('parted.db'))).toEqual(dumped(at('both.db')));
    // No run disproves what another proved.
    expect(found(at('turned.db'), detection)).toBe(Math.max(both, alone));
  });
});

/** A case that another run's associations prove too names and counts those of its own run: docs/architecture.md. */
function dumped(path: string): string[] {
  return dumpOf(path, written).map((line) =>
    line.startsWith('finding ') ? line.replace(/\\"associations\\":\[[^\]]*\],\\"events\\":\d+/, '') : line,
  );
}

function found(path: string, detection: string): number {
  const database = openForReading(path);
  try {
    const statement = database.prepare('SELECT count(*) FROM finding WHERE detection = ? AND NOT withdrawn').pluck();
    return statement.get(detection) as number;
  } finally {
    database.close();
  }
}
