import type { SinkSettings, SyslogSink } from '../settings.ts';
import { LogFile } from './file.ts';
import { HttpPost } from './http-post.ts';
import { LocalLog } from './local-log.ts';
import { Relp } from './relp.ts';
import { StandardOutput } from './standard-output.ts';
import { SyslogStream } from './syslog-stream.ts';
import { type Patience, type Transport, patience as usual } from './transport.ts';
import { Udp } from './udp.ts';

/** The way of a sink, not opened yet. */
export function transportOf(sink: SinkSettings, patience: Patience = usual): Transport {
  switch (sink.kind) {
    case 'syslog':
      return syslogTransport(sink, patience);
    case 'audit':
      return sink.transport === 'udp' ? new Udp(sink) : new SyslogStream(sink, patience);
    case 'file':
      return new LogFile(sink);
    case 'stdout':
      return new StandardOutput();
    case 'http':
      return new HttpPost(sink, patience);
  }
}

function syslogTransport(sink: SyslogSink, patience: Patience): Transport {
  switch (sink.transport) {
    case 'udp':
      return new Udp(sink);
    case 'unix':
      return new LocalLog(sink);
    case 'relp':
      return new Relp(sink, patience);
    case 'tcp':
    case 'tls':
      return new SyslogStream(sink, patience);
  }
}
