// node http.cjs serve PORT | get HOST PORT
'use strict';
const http = require('node:http');
const [what, ...args] = process.argv.slice(2);
if (what === 'serve') {
  http.createServer((request, response) => response.end('<html>invented page</html>\n')).listen(Number(args[0]), '0.0.0.0');
  process.on('SIGTERM', () => process.exit(0));
} else {
  http.get({ host: args[0], port: Number(args[1]), agent: false, path: '/index.html' }, (response) => response.resume());
}
