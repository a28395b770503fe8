import type { Micros } from '../model/records.ts';
import type { Conversation } from './conversation.ts';

/** Conversations with something to hand on, in the order in which they came to have it. */
export class Changes {
  /** Changes that must not wait, since it was asked last what is due. */
  urgent = 0;
  private readonly refreshMicros: Micros;
  /** Those that are no longer marked were dropped. */
  private waiting: Conversation[] = [];

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
    conversation.dirty = false;
  }

  /** Those that must not wait, and those whose time has come at `now`; or `all`. They are no longer among the changes. */
  due(all: boolean, now: Micros): Conversation[] {
    const due: Conversation[] = [];
    const waiting: Conversation[] = [];
    for (const conversation of this.waiting) {
      if (!conversation.dirty) continue;
      const late = Math.abs(now - conversation.writtenAt) >= this.refreshMicros;
      if (all || conversation.urgent || late) {
        conversation.dirty = false;
        conversation.urgent = false;
        conversation.writtenAt = now;
        due.push(conversation);
      } else waiting.push(conversation);
    }
    this.waiting = waiting;
    this.urgent = 0;
    return due;
  }
}
