// Proves that the audit trail arrives whole at a repository over syslog inside TLS, each message valid by the
// standard's schema, and that it has no signs of life unless asked for.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { sinkOf } from '../../../src/sinks/settings.ts';
import { certificates } from '../../support/certificates.ts';
import { freePort, Rsyslog } from '../../support/rsyslog.ts';
import { begin, SinkStore } from '../../support/sinks.ts';
import { temporaryFolder } from '../../support/stores.ts';

const schema = join(import.meta.dirname, '../../support/audit-schema.rnc');

it('over TLS to rsyslog, judged by jing', async () => {
  const folder = temporaryFolder();
  const tls = certificates(folder);
  const port = await freePort();
  const collector = new Rsyslog({ folder: join(folder, 'r'), input: 'gtls', port, tls });
  onTestFinished(() => collector.kill());
  await collector.start();
  const store = new SinkStore();
  store.findings(12);
  const { courier } = begin(store, {
    kind: 'audit',
    address: `127.0.0.1:${port}`,
    tls: { ca: tls.ca },
  });
  await courier.drain();
  const lines = collector.received();
  expect(lines).toHaveLength(12);
  const files = lines.map((line, i) => {
    const file = join(folder, `${i}.xml`);
    expect(line).toMatch(/^<8[45]>1 \S+ \S+ dicomtap \d+ \S+ - /);
    writeFileSync(file, line.slice(line.indexOf('<?xml')));
    return file;
  });
  execFileSync('jing', ['-c', schema, ...files], { encoding: 'utf8' });
  const ids = lines.map((line) => /type="dicomtap id" value="([^"]*)"/.exec(line)?.[1] ?? '');
  expect(ids.map((id) => Buffer.from(id, 'base64').toString())).toEqual(store.written);
  expect(sinkOf('arr', { kind: 'audit', address: 'h:1' }).heartbeatSeconds).toBe(0);
});
