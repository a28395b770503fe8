import * as dicom from './dicom.mjs';
import { Connection } from './pcap-writer.mjs';

const associations = 8;
const objectsPerAssociation = 200;
const pixels = Buffer.alloc(512 * 1024);
for (let i = 0; i < pixels.length; i++) pixels[i] = Math.imul(i, 2_654_435_761) >>> 24;

/** C-STORE of 512 KiB objects, eight associations interleaved, until the file of `writer` has `bytes` bytes. */
export function makeBulk(writer, bytes) {
  let objects = 0;
  let connections = 0;
  const done = () => writer.bytes >= bytes;

  function* association() {
    const number = connections++;
    const client = [10, 20, 30, 10 + (number % associations)];
    const connection = new Connection(writer, client, 40_000 + (number % 20_000), [10, 20, 30, 2], 11_112, number + 1);
    connection.open();
    connection.send(0, dicom.associateRequest([dicom.ctStorage]));
    connection.send(1, dicom.associateAccept(1));
    yield;
    for (let i = 0; i < objectsPerAssociation && !done(); i++) {
      const instance = `1.2.826.0.1.3680043.8.498.${objects}`;
      const object = dicom.ctObject(objects++, instance, pixels);
      const id = i + 1;
      yield* connection.stream(0, Buffer.concat([dicom.storeRequest(1, id, instance), dicom.dataSetPdus(1, object)]));
      connection.send(1, dicom.storeResponse(1, id, instance));
      yield;
    }
    connection.send(0, dicom.releaseRequest);
    connection.send(1, dicom.releaseResponse);
    connection.close();
  }

  const running = Array.from({ length: associations }, association);
  while (running.length > 0) {
    for (let i = running.length - 1; i >= 0; i--) {
      if (!running[i].next().done) continue;
      if (done()) running.splice(i, 1);
      else running[i] = association();
    }
  }
  writer.close();
}
