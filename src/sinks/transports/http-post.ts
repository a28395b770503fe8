import { Agent, type IncomingMessage, request } from 'node:http';
import { tokenFile } from '../secret-file.ts';
import type { HttpSink } from '../settings.ts';
import { SinkTrouble } from '../trouble.ts';
import { type Flavour, flavours, type HttpAnswer, type Verdict } from './http-flavours.ts';
import { openSocket, type Target } from './socket.ts';
import type { Outgoing, Patience, Refusal, Transport } from './transport.ts';

/** Messages by HTTP POST, some in one body. The answer is read message by message: what was taken is not sent again. */
export class HttpPost implements Transport {
  readonly kind: string;
  readonly target: string;
  readonly confirms = 'the collector answered that it took each message';
  readonly settleMessages: number;
  readonly settleMs = 0;
  readonly #sink: HttpSink;
  readonly #flavour: Flavour;
  readonly #patience: Patience;
  readonly #url: URL;
  #agent: Agent | null = null;
  #token: string | null = null;
  /** Of what is not settled: messages that need not be sent again. */
  readonly #done = new Set<string>();
  #refusals: Refusal[] = [];

  constructor(sink: HttpSink, patience: Patience) {
    this.#sink = sink;
    this.#flavour = flavours[sink.flavour];
    this.#patience = patience;
    this.#url = new URL(sink.url);
    this.kind = `http-${sink.flavour}`;
    this.target = `${this.#url.protocol}//${this.#url.host}`;
    this.settleMessages = sink.batchMax;
  }

  async open(): Promise<void> {
    this.#token = this.#sink.tokenFile === null ? null : await tokenFile(this.#sink.tokenFile);
    this.#agent = agentFor(targetOf(this.#url, this.#sink), this.#patience);
  }

  async send(messages: readonly Outgoing[]): Promise<void> {
    const left = messages.filter(({ message }) => !this.#done.has(keyOf(message)));
    for (const batch of batches(left, this.#sink.batchMax)) await this.#batch(batch);
  }

  async settle(): Promise<readonly Refusal[]> {
    this.#done.clear();
    return this.#refusals.splice(0);
  }

  close(): void {
    this.#agent?.destroy();
    this.#agent = null;
  }

  async #batch(batch: readonly Outgoing[]): Promise<void> {
    const answer = await this.#post(this.#flavour.body(batch, this.#sink));
    const verdicts = this.#flavour.verdicts(answer, batch.length);
    batch.forEach(({ message }, i) => {
      const verdict = verdicts[i];
      if (typeof verdict === 'object') this.#refusals.push({ id: message.id, sentence: verdict.refused });
      if (typeof verdict === 'object' || verdict === 'taken') this.#done.add(keyOf(message));
    });
    const again = (which: Verdict) => batch.filter((_, i) => verdicts[i] === which);
    const alone = again('alone');
    const half = Math.ceil(alone.length / 2);
    for (const part of [alone.slice(0, half), alone.slice(half)]) if (part.length > 0) await this.#batch(part);
    const later = again('later');
    if (later.length === 0) return;
    // One of them was wrong: without it the others are taken at once. Else they wait.
    if (verdicts.some((verdict) => typeof verdict === 'object')) return this.#batch(later);
    throw new SinkTrouble(`${this.target}: the collector put off ${later.length} of ${batch.length} messages`);
  }

  async #post(body: string): Promise<HttpAnswer> {
    const { hostname, host, pathname, search, port } = this.#url;
    const path = pathname === '/' && search === '' ? this.#flavour.path : `${pathname}${search}`;
    const bytes = Buffer.from(body, 'utf8');
    const asked = request({
      agent: this.#agent!,
      method: 'POST',
      host: hostname,
      ...(port === '' ? {} : { port: Number(port) }),
      path,
      headers: {
        Host: host,
        'Content-Type': this.#flavour.contentType,
        'Content-Length': bytes.length,
        ...(this.#token === null ? {} : { Authorization: `${this.#sink.tokenScheme} ${this.#token}` }),
      },
    });
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<HttpAnswer>((resolve, reject) => {
        asked.on('error', reject);
        asked.on('response', (response) => answerOf(response).then(resolve, reject));
        timer = setTimeout(() => asked.destroy(this.#trouble('no answer in time')), this.#patience.answerMs);
        asked.end(bytes);
      }).then((answer) => this.#readable(answer));
    } finally {
      clearTimeout(timer);
      asked.on('error', () => {});
    }
  }

  /** Answers that say nothing of the messages, but of the collector or the configuration. */
  #readable({ status, body, retryAfterMs }: HttpAnswer & { retryAfterMs?: number }): HttpAnswer {
    const sentence =
      troubles[status] ?? (status >= 500 || status < 200 || isMoved(status) ? `it answered ${status}` : null);
    if (sentence === null) return { status, body };
    throw Object.assign(this.#trouble(sentence), { retryAfterMs: retryAfterMs ?? 0 });
  }

  #trouble(sentence: string): SinkTrouble {
    return new SinkTrouble(`${this.target}: ${sentence}`);
  }
}

const troubles: Readonly<Record<number, string>> = {
  401: 'the collector does not take the token (401)',
  403: 'the collector does not take the token, or not for this (403)',
  404: 'there is nothing at that URL (404)',
  405: 'that URL takes no POST (405)',
  408: 'the collector did not read the request in time (408)',
  429: 'the collector has too much to do (429)',
  503: 'the collector is busy (503)',
};

function isMoved(status: number): boolean {
  return status >= 300 && status < 400;
}

async function answerOf(response: IncomingMessage): Promise<HttpAnswer & { retryAfterMs: number }> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of response as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > ANSWER_BYTES_MAX) throw new SinkTrouble('the answer of the collector is too long');
    pieces.push(piece);
  }
  const seconds = Number(response.headers['retry-after']);
  const retryAfterMs = seconds > 0 ? Math.min(seconds, RETRY_SECONDS_MAX) * 1000 : 0;
  return { status: response.statusCode ?? 0, body: Buffer.concat(pieces).toString('utf8'), retryAfterMs };
}

/** Connections of ours, verified before anything is written, kept for the next body. */
function agentFor(target: Target, patience: Patience): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agent.createConnection = (_, opened) => {
    openSocket(target, patience.connectMs).then(
      ({ socket }) => opened?.(null, socket),
      (error: Error) => opened?.(error, undefined as never),
    );
    return undefined;
  };
  return agent;
}

function targetOf({ hostname, port, protocol, host }: URL, { tls }: HttpSink): Target {
  const standard = protocol === 'https:' ? 443 : 80;
  return {
    text: `${protocol}//${host}`,
    host: hostname.replaceAll(/[[\]]/g, ''),
    port: port === '' ? standard : Number(port),
    tls: protocol === 'https:' ? tls : null,
  };
}

/** At most so many messages, and not many more bytes than a collector takes at once. */
function* batches(messages: readonly Outgoing[], most: number): Generator<readonly Outgoing[]> {
  let from = 0;
  for (let i = 0, bytes = 0; i < messages.length; i++) {
    bytes += messages[i].text.length;
    if (i - from + 1 < most && bytes < BODY_BYTES && i < messages.length - 1) continue;
    yield messages.slice(from, i + 1);
    from = i + 1;
    bytes = 0;
  }
}

function keyOf({ id, revision }: Outgoing['message']): string {
  return `${id}.${revision}`;
}

/** Splunk's default bound for one body is 1 MB. */
const BODY_BYTES = 512 * 1024;
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;
const RETRY_SECONDS_MAX = 300;
