// DICOM byte strings as DCMTK 3.6.7 sends them (its recordings in pcaps/ were the model): PDUs, commands, data sets.

const pduBytesMax = 16_384;
export const ctStorage = '1.2.840.10008.5.1.4.1.1.2';
export const verification = '1.2.840.10008.1.1';
export const patientRootFind = '1.2.840.10008.5.1.4.1.2.1.1';
const explicit = '1.2.840.10008.1.2.1';

const item = (type, body) => {
  const head = Buffer.from([type, 0, 0, 0]);
  head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, body]);
};
const text = (type, value) => item(type, Buffer.from(value, 'latin1'));
const u32be = (value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

function pdu(type, body) {
  const head = Buffer.from([type, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(body.length, 2);
  return Buffer.concat([head, body]);
}

function associate(type, contexts) {
  const titles = Buffer.alloc(68);
  titles[1] = 1;
  titles.write('ARCHIVE'.padEnd(16), 4, 'latin1');
  titles.write('CT_ROOM1'.padEnd(16), 20, 'latin1');
  const user = Buffer.concat([
    item(0x51, u32be(pduBytesMax)),
    text(0x52, '1.2.276.0.7230010.3.0.3.6.7'),
    text(0x55, 'OFFIS_DCMTK_367'),
  ]);
  return pdu(type, Buffer.concat([titles, text(0x10, '1.2.840.10008.3.1.1.1'), ...contexts, item(0x50, user)]));
}

/** Context ids are 1, 3, 5 … in the order of `sopClasses`. */
export function associateRequest(sopClasses) {
  const context = (sopClass, index) =>
    item(0x20, Buffer.concat([Buffer.from([2 * index + 1, 0, 0, 0]), text(0x30, sopClass), text(0x40, explicit)]));
  return associate(1, sopClasses.map(context));
}

export function associateAccept(count) {
  const context = (_, index) =>
    item(0x21, Buffer.concat([Buffer.from([2 * index + 1, 0, 0, 0]), text(0x40, explicit)]));
  return associate(2, Array.from({ length: count }, context));
}

export const releaseRequest = pdu(5, Buffer.alloc(4));
export const releaseResponse = pdu(6, Buffer.alloc(4));

const command = (number, value) => {
  const head = Buffer.alloc(8);
  head.writeUInt16LE(number, 2);
  head.writeUInt32LE(value.length, 4);
  return Buffer.concat([head, value]);
};
const u16le = (value) => Buffer.from([value & 255, value >> 8]);
const even = (value) => Buffer.from(value.length % 2 ? `${value}\0` : value, 'latin1');
const padded = (value) => Buffer.from(value.length % 2 ? `${value} ` : value, 'latin1');

/** A command set in a P-DATA-TF of its own. `fields`: element number to a number or a UID. */
export function commandPdu(context, fields) {
  const body = Buffer.concat(
    Object.entries(fields).map(([number, value]) =>
      command(Number(number), typeof value === 'number' ? u16le(value) : even(value)),
    ),
  );
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length);
  return dataPdu(context, 3, Buffer.concat([command(0, length), body]));
}

function dataPdu(context, control, bytes) {
  const head = Buffer.alloc(6);
  head.writeUInt32BE(bytes.length + 2, 0);
  head[4] = context;
  head[5] = control;
  return pdu(4, Buffer.concat([head, bytes]));
}

/** A data set cut into P-DATA-TFs. */
export function dataSetPdus(context, bytes) {
  const parts = [];
  for (let at = 0; at < bytes.length; at += pduBytesMax - 6) {
    const end = Math.min(bytes.length, at + pduBytesMax - 6);
    parts.push(dataPdu(context, end === bytes.length ? 2 : 0, bytes.subarray(at, end)));
  }
  return Buffer.concat(parts);
}

/** An explicit little endian element. */
export function element(group, number, vr, value) {
  const long = vr === 'OW' || vr === 'SQ' || vr === 'UN';
  const bytes = typeof value === 'string' ? (vr === 'UI' ? even(value) : padded(value)) : value;
  const head = Buffer.alloc(long ? 12 : 8);
  head.writeUInt16LE(group, 0);
  head.writeUInt16LE(number, 2);
  head.write(vr, 4, 'latin1');
  if (long) head.writeUInt32LE(bytes.length, 8);
  else head.writeUInt16LE(bytes.length, 6);
  return Buffer.concat([head, bytes]);
}

export function sequence(group, number, ...items) {
  const body = items.map((bytes) => {
    const head = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
    head.writeUInt32LE(bytes.length, 4);
    return Buffer.concat([head, bytes]);
  });
  return element(group, number, 'SQ', Buffer.concat(body));
}

export function storeRequest(context, id, instance) {
  return commandPdu(context, { 2: ctStorage, 256: 1, 272: id, 1792: 0, 2048: 1, 4096: instance });
}

export function storeResponse(context, id, instance) {
  const fields = { 2: ctStorage, 256: 0x8001, 288: id, 2048: 0x0101, 2304: 0, 4096: instance };
  return commandPdu(context, fields);
}

/** A CT object of `pixels` bytes: 13 elements. */
export function ctObject(number, instance, pixels) {
  const patient = number % 50;
  return Buffer.concat([
    element(0x0008, 0x0016, 'UI', ctStorage),
    element(0x0008, 0x0018, 'UI', instance),
    element(0x0008, 0x0020, 'DA', '20260105'),
    element(0x0008, 0x0050, 'SH', `ACC${patient}`),
    element(0x0008, 0x0060, 'CS', 'CT'),
    element(0x0010, 0x0010, 'PN', `Muster^Person${patient}`),
    element(0x0010, 0x0020, 'LO', `BENCH-${patient}`),
    element(0x0010, 0x0030, 'DA', '19700101'),
    element(0x0010, 0x0040, 'CS', 'O'),
    element(0x0020, 0x000d, 'UI', `1.2.826.0.1.3680043.8.499.${patient}`),
    element(0x0028, 0x0010, 'US', u16le(512)),
    element(0x0028, 0x0011, 'US', u16le(512)),
    element(0x7fe0, 0x0010, 'OW', pixels),
  ]);
}
