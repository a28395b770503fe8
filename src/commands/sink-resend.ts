import { sendOnce } from '../sinks/sending.ts';
import { storedMessages } from '../sinks/stored-messages.ts';
import { openForReading } from '../store/store.ts';
import type { Command, Io } from './command.ts';
import { named, readSinks, sinkOptions } from './sink-settings.ts';
import { parseMoment } from './times.ts';
import { printable } from './typeset.ts';

/**
 * `dicomtap sink resend --since TIME [NAME]`: what the store has, once more, with the same ids. Status 1 when not all
 * was confirmed.
 */
export const sinkResend: Command = {
  name: 'sink resend',
  describe: 'Send again what the database has since a time, with the same ids',
  positional: { name: 'name', describe: 'Name of a sink; all of them if left out', many: false, required: false },
  options: {
    ...sinkOptions,
    since: {
      type: 'string',
      requiresArg: true,
      describe: 'From this packet time on (RFC 3339, or a date), UTC; everything if left out',
    },
  },
  examples: ['dicomtap sink resend soc --since 2026-03-01'],
  run,
};

async function run(argv: Record<string, unknown>, io: Io): Promise<number> {
  const configured = await readSinks(argv);
  const { sensor, config } = configured;
  const wanted = named(configured, typeof argv['name'] === 'string' ? argv['name'] : null);
  const since = typeof argv['since'] === 'string' ? parseMoment(argv['since'], '--since', 'begin') : null;
  const micros = since === null ? 0 : since.seconds * 1e6 + Math.floor(since.nanos / 1000);
  const database = openForReading(config.database);
  let status = 0;
  try {
    for (const sink of wanted) {
      const messages = storedMessages(database, sink, sensor, micros);
      const { kind, target, confirms, confirmed, refused, trouble } = await sendOnce(sink, messages);
      const where = `${sink.name} (${kind}, ${target})`;
      const what = confirmed === 0 ? '' : `\nConfirmed: ${confirms}.`;
      io.stdout(`${printable(`${where}: ${confirmed} sent again`)}${what}\n`);
      if (trouble === null && refused === 0) continue;
      io.stderr(`dicomtap: ${printable(`${where}: ${trouble}`)}\n`);
      status = 1;
    }
  } finally {
    database.close();
  }
  return status;
}
