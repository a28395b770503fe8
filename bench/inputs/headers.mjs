import * as dicom from './dicom.mjs';
import { Connection, PcapWriter } from './pcap-writer.mjs';

const perAssociation = 500;
const pixels = Buffer.alloc(1024, 0x33);

/** Objects with 200 attributes each, sequences among them, and 1 KiB of pixels. */
export function makeHeaders(file, count) {
  const writer = new PcapWriter(file);
  for (let first = 0; first < count; first += perAssociation) {
    const number = first / perAssociation;
    const connection = new Connection(writer, [10, 20, 30, 10], 1024 + number, [10, 20, 30, 2], 11_112, number + 1);
    connection.open();
    connection.send(0, dicom.associateRequest([dicom.ctStorage]));
    connection.send(1, dicom.associateAccept(1));
    for (let i = first; i < Math.min(count, first + perAssociation); i++) {
      const instance = `1.2.826.0.1.3680043.8.496.${i}`;
      const id = (i % 60_000) + 1;
      const object = enhanced(i, instance);
      connection.send(0, Buffer.concat([dicom.storeRequest(1, id, instance), dicom.dataSetPdus(1, object)]));
      connection.send(1, dicom.storeResponse(1, id, instance));
    }
    connection.send(0, dicom.releaseRequest);
    connection.send(1, dicom.releaseResponse);
    connection.close();
  }
  writer.close();
}

/** 200 elements: 13 of identification, four sequences of two items of ten, and technical ones. */
function enhanced(number, instance) {
  const plain = dicom.ctObject(number, instance, pixels);
  const split = plain.length - pixels.length - 12;
  const parts = [plain.subarray(0, split)];
  let elements = 13;
  for (let i = 0; i < 4; i++) {
    const item = Buffer.concat(
      Array.from({ length: 10 }, (_, k) =>
        dicom.element(0x0018, 0x9300 + 2 * k, k % 2 ? 'DS' : 'LO', `value ${k}.${number % 9}`),
      ),
    );
    parts.push(dicom.sequence(0x0040, 0x0260 + i, item, item));
    elements += 21;
  }
  for (let i = 0; elements < 200; i++, elements++) {
    parts.push(
      dicom.element(0x0040, 0xa000 + 2 * i, i % 3 === 0 ? 'LO' : i % 3 === 1 ? 'DS' : 'CS', `VALUE ${i % 17}`),
    );
  }
  return Buffer.concat([...parts, plain.subarray(split)]);
}
