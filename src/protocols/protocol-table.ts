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
import { PlainTlsAnalyzer } from './tls/plain-analyzer.ts';
import { findPlainStep, isInRecord, type PlainStep } from './tls/plain-step.ts';
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
  const carriedBy: CarriedBy = (context, accounts, midStream) =>
    new CarriedDicom(context, accounts, readDicom, midStream);
  return [
    plainTls(carriedBy),
    {
      name: 'dicom',
      recognise: recogniseDicom,
      recogniseMidStream: (bytes, start, end, slot) => {
        const onKnownPort = dicomPorts.has(port(slot, 0)) || dicomPorts.has(port(slot, 1));
        const step = findStep(bytes, start, end, onKnownPort ? headersOnKnownPort : headersOnUnknownPort);
        // Within TLS it would be read with the headers and the MACs of its records.
        return step >= 0 && !isInRecord(bytes, start, end, step);
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

/**
 * TLS that does not encrypt and carries DICOM, told by its middle. Asked before DICOM, which would see itself in there.
 */
function plainTls(carriedBy: CarriedBy): ReadProtocol {
  let found: PlainStep | null = null;
  return {
    name: 'tls',
    recognise: () => 'no',
    recogniseMidStream: (bytes, start, end) => {
      found = findPlainStep(bytes, start, end, tellsDicom);
      return found !== null;
    },
    // Made as soon as it is told.
    analyzer: (context) => new PlainTlsAnalyzer(context, found as PlainStep, carriedBy),
  };
}

function tellsDicom(plaintext: Uint8Array): boolean {
  return findStep(plaintext, 0, plaintext.length, headersOnKnownPort) >= 0;
}
