import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LiveStatus } from '../model/live-status.ts';
import type { Listen } from '../settings/listen.ts';
import { type Exposition, makeExposition } from './exposition.ts';

/**
 * Serves `/metrics` and `/healthz`, and nothing else. Bounded in all that a client may do: 16 connections, 8 KiB of a
 * request's head and none of its body, 5 s for a request; the numbers are put together at most once a second.
 */
export class MetricsServer {
  private readonly status: () => LiveStatus;
  private readonly exposition: Exposition;
  private readonly now: () => number;
  private readonly server: Server;
  private made: { readonly at: number; readonly text: Promise<string> } | null = null;

  private constructor(status: () => LiveStatus, exposition: Exposition, now: () => number) {
    this.status = status;
    this.exposition = exposition;
    this.now = now;
    this.server = createServer(serverOptions, (request, response) => void this.answer(request, response));
    this.server.maxConnections = 16;
    this.server.maxRequestsPerSocket = 1000;
  }

  /** Rejects with the system's error when it cannot listen there. `now`: milliseconds of a clock that never steps. */
  static async open(
    { address, port }: Listen,
    status: () => LiveStatus,
    now: () => number = () => performance.now(),
  ): Promise<MetricsServer> {
    const opened = new MetricsServer(status, await makeExposition(), now);
    const { server } = opened;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: address, port, backlog: 16 }, () => {
        server.off('error', reject);
        resolve();
      });
    });
    // A connection that cannot be accepted is the client's trouble.
    server.on('error', () => {});
    return opened;
  }

  /** Where it listens: of port 0 the one that the system chose. */
  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '' } = request;
    const [path] = url.split('?', 1);
    const page = pages[path];
    if (page === undefined) return send(response, 404, 'There are /metrics and /healthz.\n');
    if (method !== 'GET' && method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      return send(response, 405, 'Only GET and HEAD.\n');
    }
    if (page === 'health') {
      const { healthy, why } = this.status();
      return send(response, healthy ? 200 : 503, healthy ? 'ok\n' : `blind: ${why}\n`);
    }
    send(response, 200, await this.text(), this.exposition.contentType);
  }

  private text(): Promise<string> {
    const at = this.now();
    if (this.made === null || at - this.made.at >= remakeMs) {
      this.made = { at, text: this.exposition.text(this.status()) };
    }
    return this.made.text;
  }
}

const serverOptions = {
  maxHeaderSize: 8192,
  headersTimeout: 5000,
  requestTimeout: 5000,
  keepAliveTimeout: 60_000,
  connectionsCheckingInterval: 1000,
};

const remakeMs = 1000;

const pages: Readonly<Record<string, 'metrics' | 'health' | undefined>> = Object.assign(Object.create(null), {
  '/metrics': 'metrics',
  '/healthz': 'health',
});

/** A body that came with a request is not read: the connection goes with the answer. */
function send(response: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8'): void {
  const { headers } = response.req;
  if (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined) {
    response.setHeader('Connection', 'close');
  }
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(text);
}
