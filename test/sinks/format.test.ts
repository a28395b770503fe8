// Proves that every format gives one line with the message's id, whatever the sink.
import { describe, expect, it } from 'vitest';
import { formats, rendered } from '../../src/sinks/format.ts';
import type { TestMessage } from '../../src/sinks/message.ts';
import { sinkOf } from '../../src/sinks/settings.ts';

const message: TestMessage = {
  kind: 'test',
  sink: 'soc',
  id: 'test-soc-1',
  revision: 1,
  severity: 'info',
  time: 1_700_000_000_000_000,
  begin: 1_700_000_000_000_000,
  end: 1_700_000_000_000_000,
  runId: null,
  sensor: { name: 'sensor', version: '0', host: 'host', pid: 1 },
};

describe('formats', () => {
  it.each(Object.entries(formats))('%s', (_, format) => {
    expect(format(message, 2000)).toMatch(/^[^\n]*test-soc-1[^\n]*$/);
  });

  it('a file has the body alone, syslog a header before it', () => {
    expect(rendered(message, sinkOf('a', { kind: 'stdout' }))).not.toMatch(/^</);
    const tcp = sinkOf('a', { kind: 'syslog', transport: 'tcp', address: 'h:1' });
    expect(rendered(message, tcp)).toMatch(/^<166>1 /);
    // The local log's program makes the rest of the header.
    expect(rendered(message, sinkOf('a', { kind: 'syslog', transport: 'unix' }))).toMatch(/^<166>[^1]/);
  });
});
