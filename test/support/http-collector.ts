import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { onTestFinished } from 'vitest';

export interface Posted {
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

export interface Scripted {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A receiver of HTTP POST that answers as a test says; `null`: it resets the connection after it has read the body. */
export async function httpCollector(
  answer: (posted: Posted, nth: number) => Scripted | null,
  tls: { readonly cert: Buffer; readonly key: Buffer } | null = null,
): Promise<{ readonly port: number; readonly posted: Posted[]; readonly server: Server }> {
  const posted: Posted[] = [];
  const handler = async (request: IncomingMessage, response: import('node:http').ServerResponse): Promise<void> => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const one = {
      url: request.url!,
      authorization: request.headers.authorization,
      body: Buffer.concat(pieces).toString(),
    };
    posted.push(one);
    const said = answer(one, posted.length);
    if (said === null) request.socket.destroy();
    else response.writeHead(said.status, said.headers).end(said.body ?? '');
  };
  const server = tls === null ? createServer(handler) : (createSecure({ ...tls }, handler) as unknown as Server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as { port: number }).port, posted, server };
}
