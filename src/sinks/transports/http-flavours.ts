import type { HttpSink } from '../settings.ts';
import { plain } from '../trouble.ts';
import type { Outgoing } from './transport.ts';

/**
 * What a collector said of one message: `later` is to be sent again, `alone` by itself, for one of several was wrong.
 */
export type Verdict = 'taken' | 'later' | 'alone' | { readonly refused: string };

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** One kind of collector that takes messages by HTTP POST. */
export interface Flavour {
  /** Where the URL has none. */
  readonly path: string;
  readonly contentType: string;
  readonly body: (messages: readonly Outgoing[], sink: HttpSink) => string;
  /**
   * A verdict for each message of the body, of an answer that is neither 429, 5xx, nor one about the token or the URL.
   */
  readonly verdicts: (answer: HttpAnswer, count: number) => readonly Verdict[];
}

export const flavours: Readonly<Record<HttpSink['flavour'], Flavour>> = {
  hec: {
    path: '/services/collector/event',
    contentType: 'application/json',
    body: (messages, sink) => messages.map((one) => hecEvent(one, sink)).join('\n'),
    verdicts: hecVerdicts,
  },
  elasticsearch: {
    path: '/_bulk?filter_path=errors,items.*.status,items.*.error.type',
    contentType: 'application/x-ndjson',
    body: (messages, sink) => messages.map((one) => bulkLines(one, sink)).join(''),
    verdicts: bulkVerdicts,
  },
  webhook: {
    path: '/',
    contentType: 'application/json',
    body: (messages) => `[${messages.map(({ text }) => jsonOf(text)).join(',')}]`,
    verdicts: ({ status }, count) => whole(status, count),
  },
};

/** Splunk HTTP Event Collector: events one after the other, each an object; time in seconds with three digits. */
function hecEvent({ message, text }: Outgoing, { index, sourceType }: HttpSink): string {
  const { sensor, time } = message;
  const fields = { time: (time / 1e6).toFixed(3), host: sensor.name, source: 'dicomtap', sourcetype: sourceType };
  const head = JSON.stringify(index === null ? fields : { ...fields, index });
  return `${head.slice(0, -1)},"event":${jsonOf(text)}}`;
}

/** `{"text":"Invalid data format","code":6,"invalid-event-number":3}`: that one is refused, the others come again. */
function hecVerdicts({ status, body }: HttpAnswer, count: number): readonly Verdict[] {
  if (status < 300) return repeated('taken', count);
  const answer = parsed(body) as { code?: unknown; text?: unknown; 'invalid-event-number'?: unknown } | null;
  const wrong = answer?.['invalid-event-number'];
  if (typeof wrong !== 'number' || wrong < 0 || wrong >= count) return whole(status, count);
  const refused = `Splunk answered "${plain(String(answer?.text)).slice(0, 80)}", code ${plain(String(answer?.code)).slice(0, 8)}`;
  return Array.from({ length: count }, (_, i) => (i === wrong ? { refused } : 'later'));
}

/**
 * Elasticsearch: an action and a document a line each. With `create` and an id a message that comes twice is there
 * once.
 */
function bulkLines({ message, text }: Outgoing, { index }: HttpSink): string {
  const create = { _index: index ?? 'dicomtap', _id: `${message.id}.${message.revision}` };
  return `${JSON.stringify({ create })}\n${jsonOf(text)}\n`;
}

function bulkVerdicts({ status, body }: HttpAnswer, count: number): readonly Verdict[] {
  if (status >= 300) return whole(status, count);
  const answer = parsed(body) as { errors?: unknown; items?: unknown } | null;
  if (answer?.errors === false) return repeated('taken', count);
  const items = Array.isArray(answer?.items) ? (answer.items as unknown[]) : [];
  return Array.from({ length: count }, (_, i) => bulkVerdict(items[i]));
}

/** Its reason is not shown: it may quote the document. */
function bulkVerdict(item: unknown): Verdict {
  const { create } = (item ?? {}) as { create?: { status?: unknown; error?: { type?: unknown } } };
  const status = Number(create?.status);
  // 409: it is there already.
  if ((status >= 200 && status < 300) || status === 409) return 'taken';
  if (!(status >= 400) || status === 429 || status >= 500) return 'later';
  return { refused: `Elasticsearch answered ${status} ${plain(String(create?.error?.type)).slice(0, 60)}` };
}

/** Of an answer to all of them together. */
function whole(status: number, count: number): readonly Verdict[] {
  if (status >= 200 && status < 300) return repeated('taken', count);
  return repeated(count > 1 ? 'alone' : { refused: `the collector answered ${status}` }, count);
}

function repeated(verdict: Verdict, count: number): readonly Verdict[] {
  return new Array<Verdict>(count).fill(verdict);
}

/** A format that is JSON goes in as it is, another as a string. */
function jsonOf(text: string): string {
  return text.startsWith('{') ? text : JSON.stringify(text);
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}
