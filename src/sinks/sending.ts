import { rendered } from './format.ts';
import type { OutMessage } from './message.ts';
import type { SinkSettings } from './settings.ts';
import { transportOf } from './transports/open.ts';
import type { Patience } from './transports/transport.ts';
import { troubleInWords } from './trouble.ts';

/** What became of messages that were sent once, beside the delivery. */
export interface Sending {
  readonly kind: string;
  readonly target: string;
  /** Of those that were sent: confirmed, as `confirms` says, and refused for good. */
  readonly confirmed: number;
  readonly refused: number;
  readonly confirms: string;
  /** Null when all went well. */
  readonly trouble: string | null;
}

/** Sends messages over a connection of its own, without trying again; the sink's place in the log does not move. */
export async function sendOnce(
  sink: SinkSettings,
  messages: Iterable<OutMessage>,
  patience?: Patience,
): Promise<Sending> {
  const transport = transportOf(sink, patience);
  const { kind, target, confirms, settleMessages } = transport;
  let confirmed = 0;
  let refused = 0;
  let trouble: string | null = null;
  let lost: unknown = null;
  try {
    await transport.open((error) => {
      lost = error;
    });
    for (const some of chunks(messages, settleMessages)) {
      if (lost !== null) throw lost;
      await transport.send(some.map((message) => ({ message, text: rendered(message, sink) })));
      const refusals = await transport.settle();
      confirmed += some.length - refusals.length;
      refused += refusals.length;
      trouble = refusals.at(-1)?.sentence ?? trouble;
    }
  } catch (error) {
    trouble = troubleInWords(error, target);
  } finally {
    transport.close();
  }
  return { kind, target, confirms, confirmed, refused, trouble };
}

function* chunks<T>(all: Iterable<T>, most: number): Generator<T[]> {
  let some: T[] = [];
  for (const one of all) {
    some.push(one);
    if (some.length < most) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}
