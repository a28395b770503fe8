import { ascii, concat, u8, u16, u16of, u32, u32of } from './bytes.ts';

/** PDUs of the DICOM upper layer, command sets and data sets, made by name. Well-formed unless asked otherwise. */

export const verification = '1.2.840.10008.1.1';
export const ctStorage = '1.2.840.10008.5.1.4.1.1.2';
export const studyRootFind = '1.2.840.10008.5.1.4.1.2.2.1';
export const implicitLittle = '1.2.840.10008.1.2';
export const explicitLittle = '1.2.840.10008.1.2.1';
export const applicationContext = '1.2.840.10008.3.1.1.1';

/** PDU header and body, PS3.8 section 9.3.1. */
export function pdu(type: number, body: Uint8Array, length = body.length): Uint8Array {
  return concat(u8(type), u8(0), u32(length), body);
}

/** An item or sub-item of an A-ASSOCIATE PDU. */
export function item(type: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const value = concat(...parts);
  return concat(u8(type), u8(0), u16(value.length), value);
}

export interface RequestedContext {
  readonly id: number;
  readonly abstractSyntax?: string;
  readonly transferSyntaxes?: readonly string[];
}

export interface AssociateOptions {
  readonly version?: number;
  readonly calledAe?: string;
  readonly callingAe?: string;
  readonly applicationContext?: string;
  readonly maximumLength?: number;
  /** Sub-items of user information after the maximum length; those of a plain implementation if left out. */
  readonly user?: readonly Uint8Array[];
}

export function associateRq(
  options: AssociateOptions & { readonly contexts?: readonly RequestedContext[] } = {},
): Uint8Array {
  const contexts = options.contexts ?? [{ id: 1 }];
  return associate(1, options, contexts.map(requestedContext));
}

export interface AcceptedContext {
  readonly id: number;
  readonly result?: number;
  readonly transferSyntax?: string;
}

export function associateAc(
  options: AssociateOptions & { readonly contexts?: readonly AcceptedContext[] } = {},
): Uint8Array {
  const contexts = options.contexts ?? [{ id: 1 }];
  return associate(2, options, contexts.map(acceptedContext));
}

export function requestedContext(context: RequestedContext): Uint8Array {
  const syntaxes = context.transferSyntaxes ?? [implicitLittle];
  return item(
    0x20,
    Uint8Array.of(context.id, 0, 0, 0),
    item(0x30, ascii(context.abstractSyntax ?? verification)),
    ...syntaxes.map((syntax) => item(0x40, ascii(syntax))),
  );
}

export function acceptedContext(context: AcceptedContext): Uint8Array {
  return item(
    0x21,
    Uint8Array.of(context.id, 0, context.result ?? 0, 0),
    item(0x40, ascii(context.transferSyntax ?? implicitLittle)),
  );
}

/** Sub-items of user information, PS3.7 section D.3.3 and PS3.8 section D.1. */
export const userItem = {
  maximumLength: (length: number) => item(0x51, u32(length)),
  implementationClass: (uid: string) => item(0x52, ascii(uid)),
  asynchronousOperations: (invoked: number, performed: number) => item(0x53, u16(invoked), u16(performed)),
  role: (sopClass: string, scu: boolean, scp: boolean) =>
    item(0x54, counted(ascii(sopClass)), u8(scu ? 1 : 0), u8(scp ? 1 : 0)),
  implementationVersion: (name: string) => item(0x55, ascii(name)),
  extended: (sopClass: string, information: Uint8Array) => item(0x56, counted(ascii(sopClass)), information),
  commonExtended: (sopClass: string, serviceClass: string, related: readonly string[]) =>
    item(
      0x57,
      counted(ascii(sopClass)),
      counted(ascii(serviceClass)),
      counted(concat(...related.map((uid) => counted(ascii(uid))))),
    ),
  identity: (type: number, primary: string, secondary = '', responseRequested = false) =>
    item(0x58, u8(type), u8(responseRequested ? 1 : 0), counted(ascii(primary)), counted(ascii(secondary))),
  identityResponse: (response: string) => item(0x59, counted(ascii(response))),
} as const;

/** Bytes after their length in two bytes. */
function counted(bytes: Uint8Array): Uint8Array {
  return concat(u16(bytes.length), bytes);
}

function associate(type: number, options: AssociateOptions, contexts: readonly Uint8Array[]): Uint8Array {
  const user = options.user ?? [
    userItem.implementationClass('1.2.826.0.1.3680043.9.9999.1'),
    userItem.implementationVersion('TESTSUPPORT'),
  ];
  const body = concat(
    u16(options.version ?? 1),
    u16(0),
    ascii((options.calledAe ?? 'ARCHIVE').padEnd(16)),
    ascii((options.callingAe ?? 'MODALITY').padEnd(16)),
    new Uint8Array(32),
    item(0x10, ascii(options.applicationContext ?? applicationContext)),
    ...contexts,
    item(0x50, userItem.maximumLength(options.maximumLength ?? 16_384), ...user),
  );
  return pdu(type, body);
}

export function associateRj(result = 1, source = 1, reason = 7): Uint8Array {
  return pdu(3, Uint8Array.of(0, result, source, reason));
}

export function releaseRq(): Uint8Array {
  return pdu(5, new Uint8Array(4));
}

export function releaseRp(): Uint8Array {
  return pdu(6, new Uint8Array(4));
}

export function abort(source = 0, reason = 0): Uint8Array {
  return pdu(7, Uint8Array.of(0, 0, source, reason));
}

/** One presentation data value; `last` unless said otherwise. */
export interface Value {
  readonly context?: number;
  readonly command?: boolean;
  readonly last?: boolean;
  readonly bytes: Uint8Array;
}

/** A P-DATA-TF with its values, PS3.8 section 9.3.5. */
export function pData(values: readonly Value[]): Uint8Array {
  return pdu(4, concat(...values.map(pdv)));
}

function pdv(value: Value): Uint8Array {
  const control = (value.command === true ? 1 : 0) | (value.last === false ? 0 : 2);
  return concat(u32(value.bytes.length + 2), u8(value.context ?? 1), u8(control), value.bytes);
}

/** A value cut into P-DATA-TFs of at most `size` bytes of value each, only the last marked so. */
export function pDataPieces(value: Value, size: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < value.bytes.length || at === 0; at += size) {
    const last = at + size >= value.bytes.length && value.last !== false;
    pieces.push(pData([{ ...value, last, bytes: value.bytes.subarray(at, at + size) }]));
  }
  return concat(...pieces);
}

export const commandField = {
  storeRq: 0x0001,
  storeRsp: 0x8001,
  getRq: 0x0010,
  getRsp: 0x8010,
  findRq: 0x0020,
  findRsp: 0x8020,
  moveRq: 0x0021,
  moveRsp: 0x8021,
  echoRq: 0x0030,
  echoRsp: 0x8030,
  eventReportRq: 0x0100,
  eventReportRsp: 0x8100,
  nGetRq: 0x0110,
  nGetRsp: 0x8110,
  nSetRq: 0x0120,
  nSetRsp: 0x8120,
  nActionRq: 0x0130,
  nActionRsp: 0x8130,
  nCreateRq: 0x0140,
  nCreateRsp: 0x8140,
  nDeleteRq: 0x0150,
  nDeleteRsp: 0x8150,
  cancelRq: 0x0fff,
} as const;

/** Elements of a command set, PS3.7 section E.1; those left out are not sent. */
export interface CommandOptions {
  readonly field?: number;
  readonly sopClass?: string;
  readonly requestedSopClass?: string;
  readonly messageId?: number;
  readonly respondedTo?: number;
  readonly moveDestination?: string;
  readonly priority?: number;
  readonly dataSet?: boolean;
  readonly status?: number;
  readonly errorComment?: string;
  readonly instance?: string;
  readonly requestedInstance?: string;
  readonly eventType?: number;
  readonly actionType?: number;
  readonly remaining?: number;
  readonly completed?: number;
  readonly failed?: number;
  readonly warning?: number;
  readonly moveOriginator?: string;
  readonly moveOriginatorMessageId?: number;
  /** Group length (0000,0000): right unless a number is given; `false` leaves it out. */
  readonly groupLength?: number | false;
}

/** A command set with its group length. Command Data Set Type follows `dataSet`, false unless said otherwise. */
export function commandSet(options: CommandOptions): Uint8Array {
  const rest = concat(
    uidOf(0x0002, options.sopClass),
    uidOf(0x0003, options.requestedSopClass),
    us(0x0100, options.field),
    us(0x0110, options.messageId),
    us(0x0120, options.respondedTo),
    textOf(0x0600, options.moveDestination),
    us(0x0700, options.priority),
    us(0x0800, options.dataSet === true ? 0x0001 : 0x0101),
    us(0x0900, options.status),
    textOf(0x0902, options.errorComment),
    uidOf(0x1000, options.instance),
    uidOf(0x1001, options.requestedInstance),
    us(0x1002, options.eventType),
    us(0x1008, options.actionType),
    us(0x1020, options.remaining),
    us(0x1021, options.completed),
    us(0x1022, options.failed),
    us(0x1023, options.warning),
    textOf(0x1030, options.moveOriginator),
    us(0x1031, options.moveOriginatorMessageId),
  );
  if (options.groupLength === false) return rest;
  return concat(implicitElement(0x00000000, u32of('little', options.groupLength ?? rest.length)), rest);
}

/** An element of implicit VR little endian: tag as one number, such as 0x00100010. PS3.5 section 7.1.3. */
export function implicitElement(tag: number, value: Uint8Array): Uint8Array {
  return concat(
    u16of('little', Math.floor(tag / 0x10000)),
    u16of('little', tag & 0xffff),
    u32of('little', value.length),
    value,
  );
}

/** An element of explicit VR little endian. PS3.5 section 7.1.2. */
export function explicitElement(tag: number, vr: string, value: Uint8Array, length = value.length): Uint8Array {
  const head = concat(u16of('little', Math.floor(tag / 0x10000)), u16of('little', tag & 0xffff), ascii(vr));
  if (!longVrs.has(vr)) return concat(head, u16of('little', length), value);
  return concat(head, u16(0), u32of('little', length), value);
}

/** Text padded to an even length: UIDs (VR `UI`) with NUL, the rest with a space. */
export function padded(text: string, vr = 'LO'): Uint8Array {
  return ascii(text.length % 2 === 0 ? text : text + (vr === 'UI' ? '\0' : ' '));
}

/** A data set of text elements: rows of tag, VR and text. */
export type TextRow = readonly [tag: number, vr: string, text: string];

export function implicitDataSet(rows: readonly TextRow[]): Uint8Array {
  return concat(...rows.map(([tag, vr, text]) => implicitElement(tag, padded(text, vr))));
}

export function explicitDataSet(rows: readonly TextRow[]): Uint8Array {
  return concat(...rows.map(([tag, vr, text]) => explicitElement(tag, vr, padded(text, vr))));
}

/** The head of an invented patient's object. */
export const patientRows: readonly TextRow[] = [
  [0x00080005, 'CS', 'ISO_IR 100'],
  [0x00080016, 'UI', ctStorage],
  [0x00080018, 'UI', '1.2.826.0.1.3680043.9.9999.3.1'],
  [0x00080020, 'DA', '20260102'],
  [0x00080060, 'CS', 'CT'],
  [0x00100010, 'PN', 'Invented^Ines'],
  [0x00100020, 'LO', 'ZZ-0001'],
  [0x00100030, 'DA', '19700102'],
  [0x0020000d, 'UI', '1.2.826.0.1.3680043.9.9999.2.1'],
];

/** Pixel Data of `length` bytes that count up: explicit little endian. */
export function explicitPixelData(length: number): Uint8Array {
  return explicitElement(0x7fe00010, 'OW', pixels(length));
}

function pixels(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 0xff);
}

const longVrs: ReadonlySet<string> = new Set([
  'OB',
  'OD',
  'OF',
  'OL',
  'OV',
  'OW',
  'SQ',
  'SV',
  'UC',
  'UN',
  'UR',
  'UT',
  'UV',
]);

function us(tag: number, value: number | undefined): Uint8Array {
  return value === undefined ? new Uint8Array(0) : implicitElement(tag, u16of('little', value));
}

function uidOf(tag: number, value: string | undefined): Uint8Array {
  return value === undefined ? new Uint8Array(0) : implicitElement(tag, padded(value, 'UI'));
}

function textOf(tag: number, value: string | undefined): Uint8Array {
  return value === undefined ? new Uint8Array(0) : implicitElement(tag, padded(value));
}
