import { client, server, type Turn } from '../support/conversation.ts';
import {
  associateAc,
  associateRq,
  commandField,
  commandSet,
  ctStorage,
  implicitLittle,
  pData,
  releaseRp,
  releaseRq,
} from '../support/pdu.ts';
import { type HospitalDay, hour, minute, noon, second } from './day.ts';
import { archive, archiveOut, backup, type Host, modalities, mpps, printer, worklist, workstations } from './site.ts';

export interface Attack {
  readonly name: string;
  /** The detection that must say it. */
  readonly detection: string;
  /** Everything above low that is right to be said of it: severity, detection, client and server. */
  readonly found: readonly string[];
  readonly happens: (day: HospitalDay) => void;
}

const servers: readonly Host[] = [archive, backup, worklist, mpps, printer, ...workstations];
const inside = (last: number) => ({ address: `10.20.66.${last}` });
const outside = { address: '203.0.113.7', port: 104 };

/** Lines of `lines`: what is found between two addresses. */
const between = (ends: string, ...what: readonly string[]): string[] => what.map((each) => `${each} ${ends}`);

/** Thirteen attacks, an own host for each that comes from without; each on the network of an ordinary afternoon. */
export const attacks: readonly Attack[] = [
  {
    name: "a rogue computer under a workstation's title takes patients away in clear text",
    detection: 'phi-cleartext',
    found: [...between('10.20.66.1 > 10.20.5.10', 'high phi-cleartext', 'high ae-not-allowed', 'high ae-collision')],
    happens: ({ acts, wire }) => {
      const titles = { calling: 'WKST02', called: archive.title };
      const at = noon + 10 * minute;
      wire.talk(acts.query(titles, [101, 102, 103]), { from: inside(1), to: archive, at });
      wire.talk(acts.get(titles, 101), { from: inside(1), to: archive, at: at + minute });
    },
  },
  {
    name: 'somebody guesses AE titles until one is accepted',
    detection: 'ae-guessing',
    found: [
      ...between(
        '10.20.66.2 > 10.20.5.10',
        'critical ae-guessing',
        'high ae-not-allowed',
        'medium ae-not-allowed',
        'medium called-ae-unknown',
      ),
    ],
    happens: ({ acts, wire }) => {
      const at = noon + 20 * minute;
      const titles = [
        'PACS',
        'DICOM',
        'STORE',
        'SERVER',
        'MAIN',
        'RIS',
        'CT',
        'MR',
        'TEST',
        'IMAGES',
        'XRAY',
        'ORTHANC',
      ];
      for (const [i, called] of titles.entries()) {
        const rejected = acts.rejectedUnknown({ calling: 'STRANGER', called });
        wire.talk(rejected, { from: inside(2), to: archive, at: at + i * 2 * second });
      }
      const accepted = acts.echo({ calling: 'STRANGER', called: archive.title });
      wire.talk(accepted, { from: inside(2), to: archive, at: at + minute });
    },
  },
  {
    name: 'somebody asks every listener whether it is there',
    detection: 'dicom-sweep',
    found: [
      ...between('10.20.66.3 > 10.20.5.40', 'high dicom-sweep', 'high ae-not-allowed'),
      ...between('10.20.66.3 > 10.20.2.21', 'high ae-not-allowed'),
      ...between('10.20.66.3 > 10.20.2.22', 'high ae-not-allowed'),
      ...between('10.20.66.3 > 10.20.2.23', 'high ae-not-allowed'),
      ...between('10.20.66.3 > 10.20.5.10', 'high ae-not-allowed'),
      ...between('10.20.66.3 > 10.20.5.20', 'high ae-not-allowed'),
      ...between('10.20.66.3 > 10.20.5.30', 'high ae-not-allowed'),
    ],
    happens: ({ acts, wire }) => {
      for (const [i, to] of servers.slice(0, 8).entries()) {
        const echo = acts.echo({ calling: 'SWEEPER', called: to.title });
        wire.talk(echo, { from: inside(3), to, at: noon + 30 * minute + i * 10 * second });
      }
    },
  },
  {
    name: 'nmap pings the archive',
    detection: 'scanner-fingerprint',
    found: [
      ...between(
        '10.20.66.4 > 10.20.5.10',
        'medium scanner-fingerprint',
        'high ae-not-allowed',
        'medium called-ae-unknown',
      ),
      ...between('10.20.7.7 > 10.20.5.10', 'high ae-collision'),
    ],
    happens: ({ acts, wire }) => {
      const ping = acts.whole('nmap', nmapPing, { calling: 'ECHOSCU', called: 'ANY-SCP' });
      wire.talk(ping, { from: inside(4), to: archive, at: noon + 40 * minute });
    },
  },
  {
    name: 'a workstation has all patients of the archive listed',
    detection: 'bulk-query',
    found: [...between('10.20.2.25 > 10.20.5.10', 'high bulk-query')],
    happens: ({ acts, wire }) => {
      const all = Array.from({ length: 400 }, (_, i) => i + 1);
      const titles = { calling: 'WKST05', called: archive.title };
      wire.talk(acts.query(titles, all, 'theft'), { from: workstations[4], to: archive, at: noon + 50 * minute });
    },
  },
  {
    name: 'a workstation has sixty patients sent to a computer that nobody knows',
    detection: 'move-destination-unknown',
    found: [
      ...between('10.20.2.24 > 10.20.5.10', 'high move-destination-unknown'),
      ...between(
        '10.20.5.10 > 10.20.66.6',
        'high bulk-retrieval',
        'high phi-cleartext',
        'high ae-not-allowed',
        'medium called-ae-unknown',
      ),
    ],
    happens: ({ acts, wire }) => {
      const at = noon + hour;
      const move = acts.move({ calling: 'WKST04', called: archive.title }, 'STRANGER', 1, 30 * second);
      const loot = Array.from({ length: 60 }, (_, i) => [i + 1, 0] as const);
      const sent = acts.moved({ calling: archiveOut, called: 'STRANGER' }, 'WKST04', loot);
      wire.talk(move, { from: workstations[3], to: archive, at });
      wire.talk(sent, { from: archive, to: { ...inside(6), port: 11112 }, at: at + second });
    },
  },
  {
    name: 'the archive sends objects out of the hospital',
    detection: 'store-to-outside',
    found: [
      ...between(
        '10.20.5.10 > 203.0.113.7',
        'critical store-to-outside',
        'critical public-address',
        'critical phi-cleartext',
        'high ae-not-allowed',
        'medium called-ae-unknown',
      ),
    ],
    happens: ({ acts, wire }) => {
      const titles = { calling: archiveOut, called: 'RESEARCH' };
      const sent = acts.store(titles, [
        [201, 0],
        [202, 0],
      ]);
      wire.talk(sent, { from: archive, to: outside, at: noon + 1.2 * hour });
    },
  },
  {
    name: 'a modality sends its passcode in clear text',
    detection: 'credentials-cleartext',
    found: [...between('10.20.1.11 > 10.20.5.10', 'high credentials-cleartext')],
    happens: ({ acts, wire }) => {
      const stored = acts.storeWithPasscode({ calling: 'CT01', called: archive.title }, 301);
      wire.talk(stored, { from: modalities[0], to: archive, at: noon + 1.4 * hour });
    },
  },
  {
    name: 'a modality that spoke TLS speaks clear text',
    detection: 'tls-downgrade',
    found: [
      ...between(
        '10.20.1.21 > 10.20.5.10',
        'high tls-downgrade',
        'high phi-cleartext',
        'high ae-not-allowed',
        'medium unexpected-sender',
      ),
    ],
    happens: ({ acts, wire }) => {
      const stored = acts.store({ calling: 'NM01', called: archive.title }, [[401, 0]]);
      wire.talk(stored, { from: modalities[10], to: archive, at: noon + 3.5 * hour });
    },
  },
  {
    name: 'a workstation deletes what the archive keeps',
    detection: 'destructive-operation',
    found: [...between('10.20.2.21 > 10.20.5.10', 'high destructive-operation', 'high ae-not-allowed')],
    happens: ({ wire }) => {
      wire.talk(deleting('WKST01', archive.title), { from: workstations[0], to: archive, at: noon + 1.8 * hour });
    },
  },
  {
    name: 'pixels that the archive has are stored over with others',
    detection: 'object-replaced',
    found: [...between('10.20.1.12 > 10.20.5.10', 'medium object-replaced')],
    happens: ({ acts, wire }) => {
      const titles = { calling: 'CT02', called: archive.title };
      const [call, at] = [{ from: modalities[1], to: archive }, noon + 2 * hour];
      wire.talk(acts.stored(titles, replaced), { ...call, at });
      wire.talk(acts.storedOtherwise(titles, replaced), { ...call, at: at + 10 * minute });
    },
  },
  {
    name: 'a modality sends programs inside of objects',
    detection: 'executable-content',
    found: [...between('10.20.1.13 > 10.20.5.10', 'high executable-content')],
    happens: ({ acts, wire }) => {
      const sent = acts.storeWithPrograms({ calling: 'MR01', called: archive.title });
      wire.talk(sent, { from: modalities[2], to: archive, at: noon + 2.2 * hour });
    },
  },
  {
    name: 'a modality sends a patient id that is a path',
    detection: 'path-in-identifier',
    found: [...between('10.20.1.14 > 10.20.5.10', 'high path-in-identifier')],
    happens: ({ acts, wire }) => {
      const sent = acts.storeWithPath({ calling: 'MR02', called: archive.title });
      wire.talk(sent, { from: modalities[3], to: archive, at: noon + 2.4 * hour });
    },
  },
];

/** A study that nobody else has. */
const replaced = 40_001;

/** Of the connections in pcaps/nmap.pcap, that of dicom-ping which was accepted. */
const nmapPing = 31;

/** N-DELETE of a stored object, PS3.7 section 10.3.6: no service of DICOM asks for that. */
function deleting(calling: string, called: string): Turn[] {
  const titles = { callingAe: calling, calledAe: called };
  const request = { field: commandField.nDeleteRq, requestedSopClass: ctStorage, messageId: 1 };
  const answer = { field: commandField.nDeleteRsp, sopClass: ctStorage, respondedTo: 1, status: 0 };
  const instance = '2.25.94000001000';
  return [
    client(associateRq({ ...titles, contexts: [{ id: 1, abstractSyntax: ctStorage }] })),
    server(associateAc({ ...titles, contexts: [{ id: 1, transferSyntax: implicitLittle }] })),
    client(pData([{ command: true, bytes: commandSet({ ...request, requestedInstance: instance }) }])),
    server(pData([{ command: true, bytes: commandSet({ ...answer, instance }) }])),
    client(releaseRq()),
    server(releaseRp()),
  ];
}
