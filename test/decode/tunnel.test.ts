// Proves that tunnels are written and read back alike, and that every VNI and GRE key has a mark of its own.
import { expect, it } from 'vitest';
import { Carrier, carriedText, pathMark, Tunnel, tunnelKeys, tunnelText } from '../../src/decode/tunnel.ts';

const { firstOfKey, ...kinds } = Tunnel;

it('every kind has a number and a text of its own', () => {
  expect(new Set(Object.values(kinds)).size).toBe(Object.keys(kinds).length);
  expect(Object.values(kinds).map((kind) => tunnelText(kind, 7))).toEqual([
    'mpls',
    'pppoe',
    'ipip',
    'gre',
    'erspan',
    'erspan:7',
    'gre:7',
    'nvgre:7',
    'vxlan:7',
    'geneve:7',
  ]);
});

it('keys are the VNIs and GRE keys, in their order', () => {
  expect(
    tunnelKeys(['mpls', 'erspan:9', 'gre', 'gre:4294967295', 'vxlan:0', 'pppoe', 'ipip', 'geneve:5', 'nvgre:6']),
  ).toEqual([4294967295, 0, 5, 6]);
  const ofKey = Object.values(kinds).filter((kind) => kind >= firstOfKey);
  expect(Object.values(kinds).filter((kind) => tunnelKeys([tunnelText(kind, 7)]).length > 0)).toEqual(ofKey);
});

it('marks tell keys, kinds and nesting apart', () => {
  const { vxlan, geneve, greKey } = kinds;
  const paths: [kind: number, id: number][][] = [[]];
  for (const kind of [vxlan, geneve, greKey]) {
    for (const id of [0, 1, 2, 0xffffff])
      paths.push(
        [[kind, id]],
        [
          [vxlan, 1],
          [kind, id],
        ],
        [
          [kind, id],
          [vxlan, 1],
        ],
      );
  }
  const marks = paths.map((path) => path.reduce((mark, [kind, id]) => pathMark(mark, kind, id), 0));
  const distinct = new Set(paths.map((path) => JSON.stringify(path))).size;
  expect(new Set(marks).size).toBe(distinct);
  for (const mark of marks) expect(mark >>> 0).toBe(mark);
});

it('what is carried is told by carrier and number', () => {
  expect(Object.values(Carrier).map((carrier) => carriedText(carrier * 0x10000 + 0xfd))).toEqual([
    'GRE 0x00fd',
    'GENEVE 0x00fd',
    'VXLAN-GPE 0x00fd',
    'MPLS 0x00fd',
    'PPP 0x00fd',
    'ERSPAN 0x00fd',
  ]);
});
