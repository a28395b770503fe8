import { spread } from '../bytes/column.ts';
import { TextMark } from '../bytes/text-mark.ts';
import type { Micros } from '../model/records.ts';
import { AgedPlaces } from './aged-places.ts';
import { IdColumn } from './id-column.ts';

/**
 * What instances were when they were stored last: of each the mark of its content, and the association that brought it.
 */
export class StoredObjects {
  private readonly places: AgedPlaces;
  private readonly associations = new IdColumn();
  /** Of the content's mark, which is a text of its own, two numbers that stand for it. */
  private highs = new Int32Array(0);
  private lows = new Int32Array(0);
  private readonly mark = new TextMark();
  private readonly receiver = new TextMark();
  private address = '';
  private transferSyntax = '';

  /** Instances are forgotten when not stored for `keep`; of more than `max` the one stored longest ago. */
  constructor(keep: Micros, max: number) {
    this.places = new AgedPlaces(keep, max);
  }

  /** Where an instance is kept that is stored at `address` in `transferSyntax`. */
  placeOf(instanceHash: string, address: string, transferSyntax: string, time: Micros): number {
    const { receiver, mark, places } = this;
    if (address !== this.address || transferSyntax !== this.transferSyntax) {
      this.address = address;
      this.transferSyntax = transferSyntax;
      receiver.of(address).of(transferSyntax, receiver.high, receiver.low);
    }
    mark.of(instanceHash, receiver.high, receiver.low);
    const place = places.touch(mark.high, mark.low, time);
    if (this.highs.length < places.room) {
      this.highs = spread(this.highs, places.room);
      this.lows = spread(this.lows, places.room);
      this.associations.reach(places.room);
    }
    return place;
  }

  /** Whether nothing is known of the instance asked for last. */
  get isNew(): boolean {
    return this.places.isNew;
  }

  /** It was stored with this content. */
  enter(place: number, contentMark: string, associationId: string | null): void {
    const { mark } = this;
    mark.of(contentMark);
    this.highs[place] = mark.high;
    this.lows[place] = mark.low;
    this.associations.enter(place, associationId);
  }

  isSame(place: number, contentMark: string): boolean {
    const { mark } = this;
    mark.of(contentMark);
    return this.highs[place] === mark.high && this.lows[place] === mark.low;
  }

  associationOf(place: number): string | null {
    return this.associations.of(place);
  }
}
