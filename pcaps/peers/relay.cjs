// Passes one connection at a time on, and changes how its bytes are cut into segments.
//   node relay.cjs LISTEN-PORT HOST PORT [--tiny BYTES] [--local-port PORT]
// --tiny: the first BYTES towards the server leave one byte per segment.
// --local-port: every connection to the server comes from this port.
'use strict';
const net = require('node:net');
const args = process.argv.slice(2);
const after = (flag) => (args.includes(flag) ? Number(args[args.indexOf(flag) + 1]) : 0);
const [listen, host, port] = args;

const server = net.createServer({ allowHalfOpen: true }, (client) => {
  let tiny = after('--tiny');
  const target = net.connect({ host, port: Number(port), localPort: after('--local-port') || undefined,
    noDelay: true, allowHalfOpen: true });
  const queue = [];
  let busy = false;
  let ended = false;
  const next = () => {
    if (busy) return;
    if (queue.length === 0) {
      if (ended) target.end();
      return;
    }
    const chunk = queue[0];
    const now = tiny > 0 ? chunk.subarray(0, 1) : chunk;
    queue[0] = chunk.subarray(now.length);
    if (queue[0].length === 0) queue.shift();
    tiny -= now.length;
    busy = true;
    target.write(now, () => setTimeout(() => { busy = false; next(); }, tiny > 0 ? 4 : 0));
  };
  target.on('connect', () => {
    client.on('data', (chunk) => {
      queue.push(chunk);
      next();
    });
    client.on('end', () => { ended = true; next(); });
  });
  target.on('data', (chunk) => client.write(chunk));
  target.on('end', () => client.end());
  target.on('error', (e) => { console.log('server side', e.message); client.destroy(); });
  client.on('error', (e) => console.log('client side', e.message));
});
server.listen(Number(listen), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
