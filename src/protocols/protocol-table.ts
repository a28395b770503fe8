import type { Side } from '../model/facts.ts';
import type { Analyzer, AnalyzerContext } from './analyzer.ts';
import { CarriedDicom, type DicomReader } from './carried-dicom.ts';
import { DicomAnalyzer } from './dicom/analyzer.ts';
import { KnownAssociates } from './dicom/known-associates.ts';
import { dicomPorts, headersOnKnownPort, headersOnUnknownPort, recogniseDicom } from './dicom/recognise.ts';
import { findStep } from './dicom/resync.ts';
import { type ScannerContext, Scanners } from './dicom/scanners.ts';
import type { Protocol } from './identify.ts';
import { TlsAnalyzer } from './tls/analyzer.ts';
import type { CarriedBy } from './tls/carried.ts';
import { recogniseTls } from './tls/recognise.ts';

/** A protocol of ours: how it is told, and what reads it. */
export interface ReadProtocol extends Protocol {
  /** The reader of one connection; `midStream`: its first bytes may be anywhere. */
  readonly analyzer: (context: AnalyzerContext, midStream: boolean) => Analyzer;
}

/**
 * The protocols that connections are read as, in the order in which they are asked. `shared` is what all analyzers are
 * given alike; `port` tells that of one side of a connection.
 */
export function protocolTable(
  shared: ScannerContext,
  port: (slot: number, side: Side) => number,
): readonly ReadProtocol[] {
  const scanners = new Scanners(shared);
  const associates = new KnownAssociates(shared.limits);
  const readDicom: DicomReader = (context, midStream, accounts) =>
    new DicomAnalyzer(context, { midStream, accounts, scanners, associates });
  const carriedBy: CarriedBy = (context, accounts) => new CarriedDicom(context, accounts, readDicom);
  return [
    {
      name: 'dicom',
      recognise: recogniseDicom,
      recogniseMidStream: (bytes, start, end, slot) => {
        const onKnownPort = dicomPorts.has(port(slot, 0)) || dicomPorts.has(port(slot, 1));
        return findStep(bytes, start, end, onKnownPort ? headersOnKnownPort : headersOnUnknownPort) >= 0;
      },
      analyzer: (context, midStream) => new DicomAnalyzer(context, { midStream, scanners, associates }),
    },
    {
      name: 'tls',
      recognise: recogniseTls,
      recogniseMidStream: null,
      analyzer: (context) => new TlsAnalyzer(context, carriedBy),
    },
  ];
}
