import * as dicom from './dicom.mjs';
import { Connection, PcapWriter } from './pcap-writer.mjs';

const atOnce = 4;
const pixels = Buffer.alloc(1700, 0x55);

/** Short associations, four at a time: an echo, a find with three answers, a store of a 2 KB object. */
export function makeSmall(file, count) {
  const writer = new PcapWriter(file);
  let next = 0;

  function* association() {
    const number = next++;
    const client = [10, 20, 30 + (number >> 14), 10 + (number % 200)];
    const connection = new Connection(writer, client, 1024 + (number % 60_000), [10, 20, 30, 2], 11_112, number + 1);
    const classes = [dicom.verification, dicom.patientRootFind, dicom.ctStorage];
    connection.open();
    connection.send(0, dicom.associateRequest(classes));
    yield;
    connection.send(1, dicom.associateAccept(3));
    yield;
    connection.send(0, dicom.commandPdu(1, { 2: dicom.verification, 256: 0x30, 272: 1, 2048: 0x0101 }));
    connection.send(1, dicom.commandPdu(1, { 2: dicom.verification, 256: 0x8030, 288: 1, 2048: 0x0101, 2304: 0 }));
    yield;
    connection.send(0, find(2));
    const answers = [0, 1, 2].map((answer) => findAnswer(2, (number * 3 + answer) % 5000));
    connection.send(1, Buffer.concat([...answers, findEnd(2)]));
    yield;
    const instance = `1.2.826.0.1.3680043.8.497.${number}`;
    const object = dicom.ctObject(number, instance, pixels);
    connection.send(0, Buffer.concat([dicom.storeRequest(5, 3, instance), dicom.dataSetPdus(5, object)]));
    connection.send(1, dicom.storeResponse(5, 3, instance));
    yield;
    connection.send(0, dicom.releaseRequest);
    connection.send(1, dicom.releaseResponse);
    connection.close();
  }

  const running = Array.from({ length: atOnce }, association);
  while (running.length > 0) {
    for (let i = running.length - 1; i >= 0; i--) {
      if (!running[i].next().done) continue;
      if (next >= count) running.splice(i, 1);
      else running[i] = association();
    }
  }
  writer.close();
}

function find(id) {
  const keys = Buffer.concat([
    dicom.element(0x0008, 0x0052, 'CS', 'PATIENT'),
    dicom.element(0x0010, 0x0010, 'PN', 'MUSTER*'),
    dicom.element(0x0010, 0x0020, 'LO', ''),
  ]);
  const request = dicom.commandPdu(3, { 2: dicom.patientRootFind, 256: 0x20, 272: id, 1792: 0, 2048: 1 });
  return Buffer.concat([request, dicom.dataSetPdus(3, keys)]);
}

function findAnswer(id, patient) {
  const keys = Buffer.concat([
    dicom.element(0x0008, 0x0052, 'CS', 'PATIENT'),
    dicom.element(0x0010, 0x0010, 'PN', `MUSTER^PERSON${patient}`),
    dicom.element(0x0010, 0x0020, 'LO', `SMALL-${patient}`),
  ]);
  const fields = { 2: dicom.patientRootFind, 256: 0x8020, 288: id, 2048: 1, 2304: 0xff00 };
  return Buffer.concat([dicom.commandPdu(3, fields), dicom.dataSetPdus(3, keys)]);
}

function findEnd(id) {
  const fields = { 2: dicom.patientRootFind, 256: 0x8020, 288: id, 2048: 0x0101, 2304: 0 };
  return dicom.commandPdu(3, fields);
}
