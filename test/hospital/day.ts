import type { Acts, Titles } from './acts.ts';
import { Chance } from './chance.ts';
import {
  archive,
  archive6,
  archiveOut,
  backup,
  dx6,
  engineer,
  type Host,
  intranet,
  modalities,
  monitor,
  mpps,
  printer,
  worklist,
  workstations,
} from './site.ts';
import { Wire } from './wire.ts';

export const second = 1e6;
export const minute = 60 * second;
export const hour = 60 * minute;

/** Monday 2026-11-23, 06:00 to 14:00 UTC. */
export const dayStart = Date.UTC(2026, 10, 23, 6) * 1000;
const dayHours = 8;
export const noon = dayStart + (dayHours / 2) * hour;

/** A working day of a healthy hospital: some 4,000 associations, and what no network is without. */
export class HospitalDay {
  readonly wire: Wire;
  readonly chance: Chance;
  readonly acts: Acts;
  private studies = 0;

  private readonly portable: string;

  /** `portable` is the second address of US_PORTABLE. */
  constructor(acts: Acts, seed: number, { portable = '10.20.1.117' } = {}) {
    this.acts = acts;
    this.portable = portable;
    this.chance = new Chance(seed);
    this.wire = new Wire(this.chance);
    for (const modality of modalities) this.examinations(modality);
    for (const workstation of workstations) this.readings(workstation);
    // Before each half is over, so that the first half shows what the second may do.
    for (const at of [0.5, 4.5]) this.backups(dayStart + at * hour);
    for (const at of [1, 5]) this.odds(dayStart + at * hour);
    for (let at = dayStart; at < dayStart + dayHours * hour; at += 10 * minute) this.surroundings(at);
  }

  /** A study that nobody had before. */
  study(): number {
    return ++this.studies;
  }

  /** One patient after the other: worklist, procedure step, objects, storage commitment. */
  private examinations(modality: Host): void {
    const end = dayStart + dayHours * hour;
    let at = dayStart + this.chance.below(10 * minute);
    while (at < end - 8 * minute) {
      this.examination(modality, at);
      at += 8 * minute + this.chance.below(6 * minute);
    }
  }

  private examination(modality: Host, at: number): void {
    const { acts, wire } = this;
    const study = this.study();
    const to = (called: string) => ({ calling: modality.title, called });
    const from = this.whereIs(modality, at);
    const waiting = Array.from({ length: 1 + this.chance.below(5) }, (_, i) => study + i);
    if (this.chance.of(25))
      wire.talk(acts.rejectedForNow(to(worklist.title)), { from, to: worklist, at: at - 5 * second });
    wire.talk(acts.worklist(to(worklist.title), waiting), { from, to: worklist, at });
    wire.talk(acts.performed(to(mpps.title), study), { from, to: mpps, at: at + minute });
    this.storing(modality, from, study, at + 4 * minute);
  }

  private storing(modality: Host, from: Pick<Host, 'address'>, study: number, at: number): void {
    const { acts, wire } = this;
    const titles = { calling: modality.title, called: archive.title };
    const objects = Array.from({ length: 1 + this.chance.below(6) }, (_, object) => [study, object] as const);
    // NM01 speaks TLS with the archive, and does not ask for commitment; DX01 has IPv6 at times, MG01 offers all
    // classes.
    const ipv6 = modality.title === 'DX01' && this.chance.of(3);
    const maker = modality.title === 'DX01' ? 'dcmjs' : 'dcmtk';
    if (modality.title === 'NM01') this.storingByTls(from, at);
    else if (ipv6) wire.talk(acts.store(titles, objects, maker), { from: dx6, to: archive6, at });
    else {
      if (this.chance.of(30)) wire.unanswered({ from, to: archive, at: at - 10 * second });
      if (this.chance.of(40)) wire.talk(acts.echoAborted(titles), { from, to: archive, at: at - 5 * second });
      const all = modality.title === 'MG01' ? acts.storeOffering128(titles, study) : acts.store(titles, objects, maker);
      wire.talk(all, { from, to: archive, at });
      // What was not acknowledged in time is sent again.
      const again = acts.store(titles, objects.slice(0, 1), maker);
      if (this.chance.of(20)) wire.talk(again, { from, to: archive, at: at + 15 * second });
      this.committing(titles, from, study, at + 30 * second);
    }
  }

  private committing(titles: Titles, from: Pick<Host, 'address'>, study: number, at: number): void {
    const { acts, wire } = this;
    wire.talk(acts.commitmentAsked(titles, study), { from, to: archive, at });
    const told = acts.commitmentTold({ calling: archiveOut, called: titles.calling }, study);
    wire.talk(told, { from: archive, to: { ...from, port: 104 }, at: at + 10 * second });
  }

  private storingByTls(from: Pick<Host, 'address'>, at: number): void {
    const scene = this.chance.from(['tls12', 'tls13', 'tls13-node']);
    this.wire.talk(this.acts.verbatim(scene, 0), { from, to: { ...archive, port: 2762 }, at });
  }

  /** US_PORTABLE gets another address of the same network every two hours, the same ones in turn. */
  private whereIs(modality: Host, at: number): Pick<Host, 'address'> {
    if (modality.title !== 'US_PORTABLE') return modality;
    const lease = Math.floor((at - dayStart) / (2 * hour)) % 2;
    return { address: lease === 0 ? modality.address : this.portable };
  }

  /** A radiologist: looks a day up, has studies sent (C-MOVE) or gets them (C-GET), a few patients an hour. */
  private readings(workstation: Host): void {
    const { acts, wire, chance } = this;
    const titles = { calling: workstation.title, called: archive.title };
    for (let at = dayStart + chance.below(8 * minute); at < dayStart + dayHours * hour - 5 * minute; ) {
      const found = Array.from({ length: 1 + chance.below(12) }, () => 1 + chance.below(400));
      const call = { from: workstation, to: archive };
      wire.talk(acts.query(titles, found), { ...call, at });
      if (chance.of(2)) this.retrieving(workstation, found[0], at + 20 * second);
      else wire.talk(acts.get(titles, found[0]), { ...call, at: at + 20 * second });
      at += 6 * minute + chance.below(8 * minute);
    }
    // What is rare comes in both halves: whoever learns from hours knows what these hours showed.
    for (const half of [dayStart, noon]) {
      const at = half + chance.below(3 * hour);
      const older = { ...titles, called: backup.title };
      wire.talk(acts.query(older, [1, 2, 3]), { from: workstation, to: backup, at });
      wire.talk(acts.print({ ...titles, called: printer.title }), {
        from: workstation,
        to: printer,
        at: at + 2 * minute,
      });
    }
  }

  private retrieving({ title, address, port }: Host, study: number, at: number): void {
    const objects = [0, 1].map((object) => [study, object] as const);
    this.wire.talk(this.acts.move({ calling: title, called: archive.title }, title, study, 2 * second), {
      from: { address },
      to: archive,
      at,
    });
    this.wire.talk(this.acts.moved({ calling: archiveOut, called: title }, title, objects), {
      from: archive,
      to: { address, port },
      at: at + second,
    });
  }

  /** The second archive asks the first for all of a day, and has it sent: 160 patients, 480 objects in minutes. */
  private backups(at: number): void {
    const { acts, wire } = this;
    const studies = Array.from({ length: 160 }, (_, i) => 20_000 + i);
    const titles = { calling: backup.title, called: archive.title };
    wire.talk(acts.query(titles, studies), { from: backup, to: archive, at });
    for (let first = 0; first < studies.length; first += 20) {
      const some = studies
        .slice(first, first + 20)
        .flatMap((study) => [0, 1, 2].map((object) => [study, object] as const));
      const begin = at + (1 + first / 10) * minute;
      wire.talk(acts.move(titles, backup.title, studies[first], 30 * second), { from: backup, to: archive, at: begin });
      wire.talk(acts.moved({ calling: archiveOut, called: backup.title }, backup.title, some), {
        from: archive,
        to: backup,
        at: begin + second,
      });
    }
  }

  /** An engineer's echo test; a modality that keeps its association for an hour. */
  private odds(at: number): void {
    const { acts, wire } = this;
    for (const to of [archive, backup, worklist]) {
      wire.talk(acts.echo({ calling: engineer.title, called: to.title }), {
        from: engineer,
        to,
        at: at + this.chance.below(minute),
      });
    }
    const xa = { calling: 'XA01', called: archive.title };
    const [first, ...rest] = acts.store(xa, [
      [30_000, 0],
      [30_000, 1],
    ]);
    const until = rest.length - 4;
    const held = [first, ...rest.slice(0, until), { turn: 'pause', micros: hour } as const, ...rest.slice(until)];
    wire.talk(held, { from: modalities[8], to: archive, at: at + 3 * minute });
  }

  /** Who looks whether the archive is there, and what is no DICOM. */
  private surroundings(at: number): void {
    const { acts, wire, chance } = this;
    const titles = { calling: monitor.title, called: archive.title };
    wire.talk(acts.nothingDone(titles), { from: monitor, to: archive, at: at + chance.below(minute) });
    const nothing = { ...archive, port: 4711 };
    if (chance.of(12)) wire.unanswered({ from: chance.from(workstations), to: nothing, at: at + chance.below(minute) });
    const words = [
      `GET /${chance.below(1000)} HTTP/1.1\r\nHost: intranet\r\n\r\n`,
      'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
    ];
    const [request, answer] = words.map((text) => new TextEncoder().encode(text));
    for (const from of workstations) {
      const turns = [
        { turn: 'data', from: 'client', bytes: request } as const,
        { turn: 'data', from: 'server', bytes: answer } as const,
      ];
      wire.talk(turns, { from, to: intranet, at: at + chance.below(5 * minute) });
    }
  }
}
