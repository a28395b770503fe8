import { keyedHash } from '../../src/hash-key.ts';
import { noHistory } from '../../src/model/history.ts';
import type { ConnectionRecord, RecordBatch } from '../../src/model/records.ts';
import { withoutPolicy } from '../../src/policy/compile.ts';
import { Sensor, type SensorOptions } from '../../src/sensor.ts';
import { batches } from './batch.ts';
import { concat } from './bytes.ts';
import type { Frame } from './capture.ts';
import { client, fin, server, type Turn } from './conversation.ts';
import { linkTypes } from './link.ts';
import {
  associateAc,
  associateRq,
  commandField,
  commandSet,
  ctStorage,
  explicitDataSet,
  explicitLittle,
  patientRows,
  pData,
  pDataPieces,
  releaseRp,
  releaseRq,
  studyRootFind,
  type TextRow,
} from './pdu.ts';
import { Kept, testKey } from './replay.ts';

/** A sensor, and everything it told. */
export class Sensing {
  readonly sensor: Sensor;
  /** Each batch as it was written, in order. */
  readonly written: RecordBatch[] = [];
  /** Every TCP connection, in the order in which they ended. */
  readonly tcp: ConnectionRecord[] = [];
  readonly bugs: unknown[] = [];
  private readonly kept = new Kept();
  private readonly inputs = new Map<string, { number: number; packets: number }>();

  constructor(options: Partial<SensorOptions> = {}) {
    this.sensor = new Sensor({
      policy: withoutPolicy,
      history: noHistory,
      hash: keyedHash(testKey),
      write: (batch) => {
        this.written.push(structuredClone(batch));
        this.kept.add(batch);
      },
      connection: (record) => this.tcp.push(record),
      bug: (error) => this.bugs.push(error),
      ...options,
    });
  }

  /** The next packets of an input, given `packetsMax` at a time; their memory is used for something else afterwards. */
  feed(frames: readonly Frame[], options: { capture?: string; linkType?: number; packetsMax?: number } = {}): this {
    const capture = options.capture ?? 'capture';
    let input = this.inputs.get(capture);
    if (input === undefined) {
      input = { number: this.sensor.input(capture), packets: 0 };
      this.inputs.set(capture, input);
    }
    for (const batch of batches(frames, options.linkType ?? linkTypes.ethernet, options.packetsMax)) {
      for (let i = 0; i < batch.count; i++) batch.frame[i] = ++input.packets;
      this.sensor.packets(batch, 0, batch.count, input.number);
      batch.bytes.fill(0xee);
    }
    return this;
  }

  finish(): this {
    this.sensor.finish();
    return this;
  }

  /** The last state of every record. */
  get records() {
    return this.kept.lists();
  }
}

/** What a sensor makes of these packets of one capture. */
export function sense(frames: readonly Frame[], options: Partial<SensorOptions> = {}): Sensing {
  return new Sensing(options).feed(frames).finish();
}

const contexts = [
  { id: 1, abstractSyntax: ctStorage, transferSyntaxes: [explicitLittle] },
  { id: 3, abstractSyntax: studyRootFind, transferSyntaxes: [explicitLittle] },
];

/** Turns of an association that offers CT storage (1) and study root queries (3), both in explicit little endian. */
export const said = {
  open: (callingAe = 'MODALITY'): Turn[] => [
    client(associateRq({ callingAe, contexts })),
    server(associateAc({ callingAe, contexts: contexts.map(({ id }) => ({ id, transferSyntax: explicitLittle })) })),
  ],
  storeRequest: (messageId = 1, rows: readonly TextRow[] = patientRows): Turn[] => [
    client(
      concat(
        pData([
          {
            command: true,
            bytes: commandSet({
              field: commandField.storeRq,
              sopClass: ctStorage,
              messageId,
              dataSet: true,
              instance: '1.2.3',
            }),
          },
        ]),
        pDataPieces({ bytes: explicitDataSet(rows) }, 100),
      ),
    ),
  ],
  storeResponse: (messageId = 1): Turn[] => [
    server(
      pData([
        {
          command: true,
          bytes: commandSet({
            field: commandField.storeRsp,
            sopClass: ctStorage,
            respondedTo: messageId,
            status: 0,
            instance: '1.2.3',
          }),
        },
      ]),
    ),
  ],
  store: (messageId = 1, rows: readonly TextRow[] = patientRows): Turn[] => [
    ...said.storeRequest(messageId, rows),
    ...said.storeResponse(messageId),
  ],
  findRequest: (messageId = 1): Turn[] => [
    client(
      pData([
        {
          context: 3,
          command: true,
          bytes: commandSet({ field: commandField.findRq, sopClass: studyRootFind, messageId, dataSet: true }),
        },
        { context: 3, bytes: explicitDataSet([[0x00080052, 'CS', 'STUDY']]) },
      ]),
    ),
  ],
  /** One answer, after which more come. */
  findAnswer: (messageId = 1, rows: readonly TextRow[] = [[0x0020000d, 'UI', '1.2.3.4']]): Turn[] => [
    server(
      pData([
        {
          context: 3,
          command: true,
          bytes: commandSet({
            field: commandField.findRsp,
            sopClass: studyRootFind,
            respondedTo: messageId,
            status: 0xff00,
            dataSet: true,
          }),
        },
        { context: 3, bytes: explicitDataSet(rows) },
      ]),
    ),
  ],
  release: (): Turn[] => [client(releaseRq()), server(releaseRp()), fin('client'), fin('server')],
} as const;

/** An association from its request to its release in which one object is stored. */
export const storing: readonly Turn[] = [...said.open(), ...said.store(), ...said.release()];

/** Records with every frame number taken out, to compare captures of the same traffic with more or fewer packets. */
export function withoutFrames<T>(records: T): T {
  return JSON.parse(JSON.stringify(records, (name, value) => (/^frame$|Frame$/.test(name) ? undefined : value))) as T;
}
