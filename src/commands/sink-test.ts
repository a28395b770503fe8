import { testMessage } from '../sinks/own-words.ts';
import { sendOnce } from '../sinks/sending.ts';
import type { Command, Io } from './command.ts';
import { named, readSinks, sinkOptions } from './sink-settings.ts';
import { printable } from './typeset.ts';

/** `dicomtap sink test NAME`: one event, marked as a test, to the end. Status 1 when it was not confirmed. */
export const sinkTest: Command = {
  name: 'sink test',
  describe: 'Send one event, marked as a test, and say what was confirmed',
  positional: { name: 'name', describe: 'Name of the sink in the configuration', many: false, required: true },
  options: { config: sinkOptions['config'] },
  examples: ['dicomtap sink test soc --config dicomtap.yaml'],
  run,
};

async function run(argv: Record<string, unknown>, io: Io): Promise<number> {
  const configured = await readSinks(argv);
  const { sensor } = configured;
  const [sink] = named(configured, String(argv['name']));
  const message = testMessage(sensor, sink.name, Date.now() * 1000);
  const { kind, target, confirms, confirmed, trouble } = await sendOnce(sink, [message]);
  const where = `${sink.name} (${kind}, ${target})`;
  if (confirmed === 0) {
    io.stderr(`dicomtap: ${printable(`${where}: not delivered: ${trouble}`)}\n`);
    return 1;
  }
  io.stdout(`${printable(`${where}: sent ${message.id}`)}\nConfirmed: ${confirms}.\n`);
  return 0;
}
