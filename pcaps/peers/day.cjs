// Other people's protocols, much shortened, for the scene in which nothing is wrong.
//   node day.cjs serve KEY CERT        HTTP, HTTPS, DNS, SSH, NTP, SMB, raw printing, HL7
//   node day.cjs visit HOST PRINTER
'use strict';
const [what, ...args] = process.argv.slice(2);
const net = require('node:net');
const dgram = require('node:dgram');
const http = require('node:http');
const https = require('node:https');
const fs = require('node:fs');

const dnsName = Buffer.from('\x07archive\x08hospital\x04test\x00', 'latin1');
const dnsQuery = Buffer.concat([Buffer.from('123401000001000000000000', 'hex'), dnsName, Buffer.from('00010001', 'hex')]);
const dnsAnswer = Buffer.concat([Buffer.from('123481800001000100000000', 'hex'), dnsName,
  Buffer.from('00010001c00c000100010000003c00040a141e14', 'hex')]);
const ntp = (mode) => Buffer.concat([Buffer.from([0x20 | mode, 2, 6, 0xe9]), Buffer.alloc(44, 0x11)]);
// SMB2 NEGOTIATE: NetBIOS length, the 64 byte header, dialects; enough to look like it.
const smb = Buffer.concat([Buffer.from('00000068fe534d4240000000', 'hex'), Buffer.alloc(52),
  Buffer.from('2400020001000000', 'hex'), Buffer.alloc(28), Buffer.from('02020210', 'hex')]);
const hl7 = (type, rest) => `\x0bMSH|^~\\&|RIS|NIRGENDWO|PACS|NIRGENDWO|20261122081500||${type}|MSG-1|T|2.5\r${rest}\x1c\r`;

if (what === 'serve') {
  const page = (request, response) => response.end('<html>invented intranet</html>\n'.repeat(20));
  http.createServer(page).listen(80, '0.0.0.0');
  https.createServer({ key: fs.readFileSync(args[0]), cert: fs.readFileSync(args[1]) }, page).listen(443, '0.0.0.0');
  const answering = (port, reply) => {
    const socket = dgram.createSocket('udp4');
    socket.on('message', (message, from) => socket.send(reply, from.port, from.address));
    socket.bind(port, '0.0.0.0');
  };
  answering(53, dnsAnswer);
  answering(123, ntp(4));
  net.createServer((s) => { s.write('SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n'); s.on('data', () => s.end()); }).listen(22, '0.0.0.0');
  net.createServer((s) => s.on('data', () => s.end(smb))).listen(445, '0.0.0.0');
  net.createServer((s) => s.resume().on('end', () => s.end())).listen(9100, '0.0.0.0');
  net.createServer((s) => s.on('data', () => s.end(hl7('ACK', 'MSA|AA|MSG-1\r')))).listen(2575, '0.0.0.0');
  process.on('SIGTERM', () => process.exit(0));
} else {
  const [host, printer] = args;
  const talk = (port, bytes, to = host) => new Promise((done) => {
    const socket = net.connect(port, to, () => (port === 9100 ? socket.end(bytes) : socket.write(bytes)));
    socket.resume().on('end', () => socket.end()).on('close', done);
  });
  const ask = (port, bytes) => new Promise((done) => {
    const socket = dgram.createSocket('udp4');
    socket.on('message', () => { socket.close(); done(); });
    socket.send(bytes, port, host);
  });
  const get = (library, options) => new Promise((done) => library.get({ host, agent: false, ...options },
    (response) => response.resume().on('close', done)));
  (async () => {
    await ask(53, dnsQuery);
    await ask(123, ntp(3));
    await get(http, { path: '/menu' });
    await get(https, { path: '/mail', rejectUnauthorized: false });
    await talk(22, 'SSH-2.0-PuTTY_Release_0.78\r\n');
    await talk(445, smb);
    await talk(9100, `\x1b%-12345X@PJL JOB\n${'invented line of a letter\n'.repeat(60)}\x1b%-12345X@PJL EOJ\n`, printer);
    await talk(2575, hl7('ADT^A01', 'EVN|A01|20261122\rPID|1||TEST-0009^^^T||Haelsieben^Paula||19730921|F\r'));
  })();
}
