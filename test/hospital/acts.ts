import { client, type Speaker, server, type Turn } from '../support/conversation.ts';
import { type StudyNumber, written } from './people.ts';
import { type Message, type Piece, pieceOf, type Said, type Slot } from './pieces.ts';
import { type Recorded, recorded } from './recordings.ts';

/** AE titles of an association. */
export interface Titles {
  readonly calling: string;
  readonly called: string;
}

interface Filling extends Partial<Titles> {
  readonly message?: number;
  readonly destination?: string;
  readonly originator?: string;
  readonly study?: StudyNumber;
  readonly object?: number;
}

/** The conversations that the day is made of: what real programs said, with the names and patients of this hospital. */
export class Acts {
  private readonly pieces: ReadonlyMap<string, readonly Piece[]>;
  private readonly plain: ReadonlyMap<string, readonly Recorded[]>;

  private constructor(all: readonly (readonly [string, readonly Recorded[]])[]) {
    this.plain = new Map(all);
    this.pieces = new Map(all.map(([scene, some]) => [scene, some.map(pieceOf)]));
  }

  static async load(): Promise<Acts> {
    const all = await Promise.all(scenes.map(async (scene) => [sceneOf(scene), await recorded(scene)] as const));
    return new Acts(all);
  }

  /** DCMTK's echoscu. */
  echo(titles: Titles): Turn[] {
    return this.whole('echo', 0, titles);
  }

  /** Accepted, an echo, and A-ABORT instead of a release. */
  echoAborted(titles: Titles): Turn[] {
    return this.whole('abort', 0, titles);
  }

  /** Accepted and closed without one message: none of what it came for was accepted. */
  nothingDone(titles: Titles): Turn[] {
    return this.whole('no-context', 0, titles);
  }

  /** Rejected for now: the server's limit (PS3.8 section 9.3.4), its only worker taken. */
  rejectedForNow(titles: Titles): Turn[] {
    return this.whole('reject', 4, titles);
  }

  /** Rejected: the called title is not known there. */
  rejectedUnknown(titles: Titles): Turn[] {
    return this.whole('reject', 0, titles);
  }

  /** `maker` is whose program it is: DCMTK's storescu, or dcmjs-dimse. */
  store(
    titles: Titles,
    objects: readonly (readonly [StudyNumber, number])[],
    maker: 'dcmtk' | 'dcmjs' = 'dcmtk',
  ): Turn[] {
    const piece = maker === 'dcmtk' ? this.piece('store', 0) : this.piece('ipv6', 1);
    const stores = objects.flatMap(([study, object], i) =>
      this.said(piece.exchanges[0], { message: i + 1, study, object }),
    );
    return this.association(piece, titles, stores);
  }

  /** storescu's whole list of storage classes twice, 128 contexts, and one object. */
  storeOffering128(titles: Titles, study: StudyNumber): Turn[] {
    return this.whole('many-contexts', 1, titles, { study });
  }

  /** Many objects in one association, as an archive sends them that was asked to (C-MOVE by `originator`). */
  moved(titles: Titles, originator: string, objects: readonly (readonly [StudyNumber, number])[]): Turn[] {
    const piece = originator.length === 8 ? this.piece('theft', 2) : this.piece('move', 1);
    const stores = objects.flatMap(([study, object], i) =>
      this.said(piece.exchanges[0], { message: i + 1, study, object, originator }),
    );
    return this.association(piece, titles, stores);
  }

  /** The C-MOVE itself, with a pause before its first answer in which the objects are sent. */
  move(titles: Titles, destination: string, study: StudyNumber, pauseMicros: number): Turn[] {
    const piece = destination.length === 8 ? this.piece('theft', 1) : this.piece('move', 0);
    const [request, ...answers] = piece.exchanges[0];
    return this.association(piece, titles, [
      ...this.said([request], { destination, study }),
      { turn: 'pause', micros: pauseMicros },
      ...this.said(answers, {}),
    ]);
  }

  /** A destination that the archive does not know: refused, A801. */
  moveRefused(titles: Titles, destination: string, study: StudyNumber): Turn[] {
    return this.whole('move-unknown', 0, titles, { destination, study });
  }

  /** getscu: 120 contexts offered, a study of two objects got on the same association. */
  get(titles: Titles, study: StudyNumber): Turn[] {
    return this.whole('get', 0, titles, { study });
  }

  /** A query by study date, with an answer for each study; `scene` is whose program answers. */
  query(titles: Titles, studies: readonly StudyNumber[], scene: 'find-study' | 'theft' = 'find-study'): Turn[] {
    return this.answered(this.piece(scene, 0), titles, studies);
  }

  worklist(titles: Titles, studies: readonly StudyNumber[]): Turn[] {
    return this.answered(this.piece('worklist', 0), titles, studies);
  }

  /** N-CREATE and N-SET of dcmjs-dimse. */
  performed(titles: Titles, study: StudyNumber): Turn[] {
    return this.whole('mpps', 0, titles, { study });
  }

  /** N-ACTION; its answer comes later. */
  commitmentAsked(titles: Titles, study: StudyNumber): Turn[] {
    return this.whole('commitment-reverse', 0, titles, { study });
  }

  /** N-EVENT-REPORT on an association of the archive's. */
  commitmentTold(titles: Titles, study: StudyNumber): Turn[] {
    return this.whole('commitment-reverse', 1, titles, { study });
  }

  print(titles: Titles): Turn[] {
    return this.whole('n-services', 0, titles);
  }

  /** A store with user name and passcode in clear. */
  storeWithPasscode(titles: Titles, study: StudyNumber): Turn[] {
    return this.whole('user-identity', 1, titles, { study });
  }

  /** Two objects, as a CT stores them. */
  stored(titles: Titles, study: StudyNumber): Turn[] {
    return this.whole('restored', 0, titles, { study });
  }

  /** The first of `stored` once more, with other pixels. */
  storedOtherwise(titles: Titles, study: StudyNumber): Turn[] {
    return this.whole('restored', 1, titles, { study });
  }

  /** A program in a private element, and an archive that says it is a PDF; as recorded, patient and all. */
  storeWithPrograms(titles: Titles): Turn[] {
    const piece = this.piece('odd-values', 1);
    return this.association(
      piece,
      titles,
      piece.exchanges.slice(0, 2).flatMap((messages) => this.said(messages, {})),
    );
  }

  /** An object whose patient id is a path; as recorded. */
  storeWithPath(titles: Titles): Turn[] {
    const piece = this.piece('odd-values', 1);
    return this.association(piece, titles, this.said(piece.exchanges[2], {}));
  }

  /** The bytes of a connection that is no DICOM to read: TLS, or another protocol. */
  verbatim(scene: string, which: number): Turn[] {
    const { spoken } = (this.plain.get(scene) ?? missing(scene))[which];
    return spoken.map(({ from, bytes }) => turn(from, bytes));
  }

  /** All of a recorded association, under other titles. */
  whole(scene: string, which: number, titles: Titles, filling: Filling = {}): Turn[] {
    const piece = this.piece(scene, which);
    const said = piece.exchanges.flatMap((messages, object) => this.said(messages, { object, ...filling }));
    return this.association(piece, titles, said);
  }

  private answered(piece: Piece, titles: Titles, studies: readonly StudyNumber[]): Turn[] {
    const [request, pending] = piece.exchanges[0];
    const final = piece.exchanges[0].at(-1) ?? missing('an answer');
    return this.association(piece, titles, [
      ...this.said([request], {}),
      ...studies.flatMap((study) => this.said([pending], { study })),
      ...this.said([final], {}),
    ]);
  }

  private association(piece: Piece, titles: Titles, between: readonly Turn[]): Turn[] {
    const filled = (said: Said): Turn => this.turnOf(said, titles);
    return [...piece.open.map(filled), ...between, ...piece.close.map(filled)];
  }

  private said(messages: readonly Message[], filling: Filling): Turn[] {
    return messages.flatMap(({ pdus }) => pdus.map((said) => this.turnOf(said, filling)));
  }

  private turnOf({ from, bytes, slots }: Said, filling: Filling): Turn {
    const copy = bytes.slice();
    for (const slot of slots) {
      const text = this.textFor(slot, filling);
      if (typeof text === 'number') copy.set([text & 0xff, text >> 8], slot.at);
      else if (text !== null)
        Buffer.from(copy.buffer, copy.byteOffset).write(text.padEnd(slot.length), slot.at, 'latin1');
    }
    return turn(from, copy);
  }

  private textFor(slot: Slot, filling: Filling): string | number | null {
    const { name } = slot;
    if (name === 'message') return filling.message ?? null;
    if (name === 'called' || name === 'calling' || name === 'destination' || name === 'originator') {
      const text = filling[name] ?? null;
      if (text !== null && text.length > slot.length) throw new Error(`${text} does not fit a slot of ${slot.length}`);
      return text;
    }
    if (filling.study === undefined) return null;
    return written(slot, filling.study, filling.object ?? 0);
  }

  private piece(scene: string, which: number): Piece {
    return (this.pieces.get(scene) ?? missing(scene))[which] ?? missing(`${scene} ${which}`);
  }
}

const scenes = [
  'abort.pcap',
  'commitment-reverse.pcap',
  'echo.pcap',
  'find-study.pcap',
  'get.pcap',
  'ipv6.pcap',
  'many-contexts.pcap',
  'move.pcap',
  'move-unknown.pcap',
  'misuse.pcap',
  'mpps.pcap',
  'n-services.pcap',
  'nmap.pcap',
  'no-context.pcap',
  'odd-values.pcap',
  'reject.pcap',
  'restored.pcap',
  'store.pcap',
  'theft.pcap',
  'tls12.pcap',
  'tls13.pcap',
  'tls13-node.pcap',
  'user-identity.pcap',
  'worklist.pcap',
];

function sceneOf(file: string): string {
  return file.replace(/\.pcap.*$/, '');
}

function turn(from: Speaker, bytes: Uint8Array): Turn {
  return from === 'client' ? client(bytes) : server(bytes);
}

function missing(what: string): never {
  throw new Error(`no recording of ${what}`);
}
