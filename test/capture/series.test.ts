// Proves that the files of one ring are told by name and put in the order in which they were written.
import { describe, expect, it } from 'vitest';
import { groupSeries, ringName } from '../../src/capture/series.ts';

const file = (path: string, seconds: number | null = 0) => ({
  path,
  firstTime: seconds === null ? null : { seconds, nanos: 0 },
});

const grouped = (...files: ReturnType<typeof file>[]): string[][] =>
  groupSeries(files).map((series) => series.map((one) => one.path));

describe('the names of ring files', () => {
  it.each([
    ['dump_00001_20260101120000.pcapng', 'dump_*.pcapng', 1, '20260101120000'],
    ['dump_20260101120000_00012.pcapng', 'dump_*.pcapng', 12, '20260101120000'],
    ['dump_00001_20260101120000.pcapng.gz', 'dump_*.pcapng', 1, '20260101120000'],
    ['trace.pcap', 'trace.pcap', null, null],
    ['trace.pcap3', 'trace.pcap', 3, null],
    ['trace.pcap07', 'trace.pcap', 7, null],
    ['trace.pcap.2.zst', 'trace.pcap', 2, null],
    ['trace0', 'trace', 0, null],
    ['trace-2026-01-01_12.30.00.pcap', 'trace-*.pcap', null, '20260101123000'],
    ['trace-2026-01-01T12:30:00Z.pcap', 'trace-*.pcap', null, '20260101123000'],
    ['trace-1767225600.pcap', 'trace-*.pcap', null, '1767225600'],
    ['trace-1767225600.pcap2', 'trace-*.pcap', 2, '1767225600'],
    ['trace.pcap-20260101', 'trace.pcap-*', null, '20260101'],
    ['site1.pcap', 'site1.pcap', null, null],
    ['port11112.pcap', 'port11112.pcap', null, null],
  ])('%s is of %s', (name, stem, number, stamp) => {
    // Proves that recorders' and rotators' names are taken apart, and others left whole.
    expect(ringName(name)).toEqual({ stem, number, stamp });
  });
});

describe('series', () => {
  it('keeps files of different names apart, in argument order', () => {
    // Proves that only rings are joined: names that merely look alike are merged on time instead.
    expect(grouped(file('b.pcap', 9), file('a.pcap', 1), file('site1.pcap'), file('site2.pcap'))).toEqual([
      ['b.pcap'],
      ['a.pcap'],
      ['site1.pcap'],
      ['site2.pcap'],
    ]);
  });

  it('keeps rings of different folders apart', () => {
    // Proves that two sensors' rings of one name are two series.
    expect(grouped(file('a/x.pcap1', 1), file('b/x.pcap2', 2))).toEqual([['a/x.pcap1'], ['b/x.pcap2']]);
  });

  it("orders tcpdump's ring by first packet, since its numbers start again", () => {
    // Proves that a full ring that was written over is read oldest first.
    expect(grouped(file('x.pcap0', 30), file('x.pcap1', 10), file('x.pcap2', 20))).toEqual([
      ['x.pcap1', 'x.pcap2', 'x.pcap0'],
    ]);
  });

  it('joins the unnumbered first file of tcpdump -C', () => {
    // Proves that `x.pcap` comes before `x.pcap1` and `x.pcap10` after `x.pcap2`.
    expect(grouped(file('x.pcap10', 4), file('x.pcap2', 3), file('x.pcap1', 2), file('x.pcap', 1))).toEqual([
      ['x.pcap', 'x.pcap1', 'x.pcap2', 'x.pcap10'],
    ]);
  });

  it("believes dumpcap's numbers when they agree with the stamps of the names", () => {
    // Proves that a clock set back while recording does not turn the ring's order round.
    const first = file('d_00001_20260101120000.pcapng', 200);
    const second = file('d_00002_20260101120100.pcapng', 100);
    expect(grouped(second, first)).toEqual([[first.path, second.path]]);
  });

  it('does not believe numbers that started again', () => {
    // Proves that a restarted recorder's first file comes after the last one of before.
    const old = file('d_00007_20260101120000.pcapng', 100);
    const restarted = file('d_00001_20260102120000.pcapng', 200);
    expect(grouped(restarted, old)).toEqual([[old.path, restarted.path]]);
  });

  it('puts files without packets last', () => {
    // Proves that a file just begun by its recorder does not lead.
    expect(grouped(file('x.pcap1', null), file('x.pcap0', 5))).toEqual([['x.pcap0', 'x.pcap1']]);
  });
});
