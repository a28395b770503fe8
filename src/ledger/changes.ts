import type { Micros } from '../model/records.ts';
import type { Conversation } from './conversation.ts';

/**
 * Why records are written now: so many changes wait; time went by, or somebody asked; all is over. An association that
 * is open when a batch is full mostly is over when the next one is: so it waits for that one, and is written once and
 * not twice.
 */
export type Occasion = 'full' | 'asked' | 'end';

/** Conversations with something to hand on, in the order in which they came to have it. */
export class Changes {
  /** Changes that must not wait, since it was asked last what is due. */
  urgent = 0;
  private readonly refreshMicros: Micros;
  /** Those that are no longer marked were dropped: so many, never more than half of them for long. */
  private waiting: Conversation[] = [];
  private dropped = 0;

  /** What can wait is due when so much packet time went by. */
  constructor(refreshMs: number) {
    this.refreshMicros = refreshMs * 1000;
  }

  touch(conversation: Conversation): void {
    if (conversation.dirty) return;
    conversation.dirty = true;
    this.waiting.push(conversation);
  }

  hasten(conversation: Conversation): void {
    conversation.urgent = true;
    this.touch(conversation);
    this.urgent++;
  }

  /** It has nothing to hand on after all. */
  drop(conversation: Conversation): void {
    if (!conversation.dirty) return;
    conversation.dirty = false;
    this.dropped++;
    if (this.dropped > droppedMin && 2 * this.dropped > this.waiting.length) this.forget();
  }

  /** What was dropped is let go. */
  private forget(): void {
    this.waiting = this.waiting.filter((conversation) => conversation.dirty);
    this.dropped = 0;
  }

  /**
   * Those that must not wait, and those whose time has come at `now`; at the end all. They are no longer among the
   * changes.
   */
  due(on: Occasion, now: Micros): Conversation[] {
    const due: Conversation[] = [];
    const waiting: Conversation[] = [];
    for (const conversation of this.waiting) {
      if (!conversation.dirty) continue;
      const late = Math.abs(now - conversation.writtenAt) >= this.refreshMicros;
      const held = on === 'full' && conversation.frozen === null && !conversation.heldOver;
      if (on === 'end' || (!held && (late || conversation.urgent))) {
        conversation.dirty = false;
        conversation.urgent = false;
        conversation.heldOver = false;
        conversation.writtenAt = now;
        due.push(conversation);
      } else {
        conversation.heldOver = true;
        waiting.push(conversation);
      }
    }
    this.waiting = waiting;
    this.dropped = 0;
    this.urgent = 0;
    return due;
  }
}

/** Fewer are not worth looking for. */
const droppedMin = 64;
