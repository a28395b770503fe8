import { configOption, databaseOption, limitOption, type Option, workersOption } from '../command.ts';

/** What of the configuration the command line may say. */
export const liveOptions: Readonly<Record<string, Option>> = {
  config: configOption,
  interface: {
    type: 'string',
    requiresArg: true,
    many: true,
    alias: 'i',
    describe: 'Interface; more than once for more',
  },
  engine: {
    type: 'string',
    requiresArg: true,
    choices: ['auto', 'tcpdump', 'dumpcap', 'cap'],
    describe: 'Program that captures (default: auto, the first that is there)',
  },
  filter: { type: 'string', requiresArg: true, describe: 'Only packets that match: pcap-filter(7)' },
  user: { type: 'string', requiresArg: true, describe: 'Who to become when started by root' },
  policy: { type: 'string', requiresArg: true, describe: 'What this site allows (YAML); or DICOMTAP_POLICY' },
  db: { ...databaseOption, describe: 'The SQLite file (default: /var/lib/dicomtap/dicomtap.db, or DICOMTAP_DB)' },
  ring: { type: 'string', requiresArg: true, describe: 'Keep packets in this folder, for dicomtap extract' },
  'ring-size': { type: 'string', requiresArg: true, describe: 'How much: MiB, or such as 20GiB (default: 1024)' },
  'hash-key': { type: 'string', requiresArg: true, describe: 'Key of the patient hashes; or DICOMTAP_HASH_KEY' },
  workers: workersOption,
  limit: limitOption,
};
