// A DICOM client on dcmjs-dimse, for what no DCMTK program asks.
//   node scu.cjs WHAT HOST PORT CALLING CALLED [--tls KEY CERT CA [--old-tls]] [--linger MS] [FILE...]
// Ends 0 when every response was a success.
'use strict';
const fs = require('node:fs');
const dimse = require('dcmjs-dimse');
const { Client, Dataset } = dimse;
const { SopClass, Status } = dimse.constants;
const Q = dimse.requests;

dimse.log.setLevel(dimse.log.levels.INFO);
const [what, host, port, calling, called, ...rest] = process.argv.slice(2);
const options = {};
if (rest[0] === '--tls') {
  const [, key, cert, ca] = rest.splice(0, 4);
  options.securityOptions = { key: fs.readFileSync(key), cert: fs.readFileSync(cert), ca: fs.readFileSync(ca),
    rejectUnauthorized: false };
}
if (rest[0] === '--old-tls') {
  rest.shift();
  Object.assign(options.securityOptions, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' });
}
if (rest[0] === '--linger') options.associationLingerTimeout = Number(rest.splice(0, 2)[1]);

const mpps = '2.25.7709000101';
const print = SopClass.BasicGrayscalePrintManagementMeta;
const withData = (request, elements) => { request.setDataset(new Dataset(elements)); return request; };

const asked = {
  echo: () => [new Q.CEchoRequest()],
  store: () => rest.map((file) => new Q.CStoreRequest(file)),
  find: () => [Q.CFindRequest.createStudyFindRequest({ PatientName: '*', PatientID: '', PatientBirthDate: '',
    StudyInstanceUID: '' })],
  mpps: () => [
    withData(new Q.NCreateRequest(SopClass.ModalityPerformedProcedureStep, mpps), {
      ScheduledStepAttributesSequence: [{ StudyInstanceUID: '2.25.77010101', AccessionNumber: 'ACC-9101',
        RequestedProcedureID: 'RP-1', RequestedProcedureDescription: 'Invented CT head',
        ScheduledProcedureStepID: 'SPS-1', ScheduledProcedureStepDescription: 'Invented CT head' }],
      PatientName: 'Muster^Erika', PatientID: 'TEST-0001', PatientBirthDate: '19500203', PatientSex: 'F',
      PerformedProcedureStepID: 'PPS-1', PerformedStationAETitle: 'CT_ROOM1', PerformedStationName: 'CT_STATION',
      PerformedProcedureStepStartDate: '20261122', PerformedProcedureStepStartTime: '090500',
      PerformedProcedureStepStatus: 'IN PROGRESS', PerformedProcedureStepEndDate: '', PerformedProcedureStepEndTime: '',
      Modality: 'CT', StudyID: 'S11', PerformedSeriesSequence: [] }),
    withData(new Q.NSetRequest(SopClass.ModalityPerformedProcedureStep, mpps), {
      PerformedProcedureStepStatus: 'COMPLETED', PerformedProcedureStepEndDate: '20261122',
      PerformedProcedureStepEndTime: '091500',
      PerformedSeriesSequence: [{ PerformingPhysicianName: 'Erfunden^Rosa', ProtocolName: 'INVENTED',
        SeriesInstanceUID: '2.25.7701010101', SeriesDescription: 'Invented CT head', RetrieveAETitle: 'ARCHIVE',
        ReferencedImageSequence: [{ ReferencedSOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
          ReferencedSOPInstanceUID: '2.25.7701010101001' }] }] }),
  ],
  commitment: () => [
    withData(new Q.NActionRequest(SopClass.StorageCommitmentPushModel, '1.2.840.10008.1.20.1.1', 1), {
      TransactionUID: '2.25.7709000201',
      ReferencedSOPSequence: ['2.25.7700010101001', '2.25.7700010101002'].map((ReferencedSOPInstanceUID) => ({
        ReferencedSOPClassUID: '1.2.840.10008.5.1.4.1.1.2', ReferencedSOPInstanceUID })) }),
  ],
  print: () => [
    new Q.NGetRequest(SopClass.Printer, '1.2.840.10008.5.1.1.17', ['PrinterStatus', 'PrinterStatusInfo'], print),
    withData(new Q.NCreateRequest(SopClass.BasicFilmSession, '2.25.7709000301', print), {
      NumberOfCopies: '1', PrintPriority: 'LOW', MediumType: 'PAPER', FilmDestination: 'PROCESSOR' }),
    withData(new Q.NCreateRequest(SopClass.BasicFilmBox, '2.25.7709000302', print), {
      ImageDisplayFormat: 'STANDARD\\1,1', FilmOrientation: 'PORTRAIT', FilmSizeID: 'A4',
      ReferencedFilmSessionSequence: [{ ReferencedSOPClassUID: SopClass.BasicFilmSession,
        ReferencedSOPInstanceUID: '2.25.7709000301' }] }),
    withData(new Q.NSetRequest(SopClass.BasicGrayscaleImageBox, '2.25.7709000303', print), {
      ImageBoxPosition: 1, BasicGrayscaleImageSequence: [{ SamplesPerPixel: 1, PhotometricInterpretation: 'MONOCHROME2',
        Rows: 8, Columns: 8, PixelAspectRatio: ['1', '1'], BitsAllocated: 8, BitsStored: 8, HighBit: 7,
        PixelRepresentation: 0, PixelData: [new Uint8Array(64).fill(0x55).buffer],
        _vrMap: { PixelData: 'OB' } }] }),
    new Q.NActionRequest(SopClass.BasicFilmBox, '2.25.7709000302', 1, print),
    new Q.NDeleteRequest(SopClass.BasicFilmBox, '2.25.7709000302', print),
    new Q.NDeleteRequest(SopClass.BasicFilmSession, '2.25.7709000301', print),
  ],
  delete: () => [new Q.NDeleteRequest(SopClass.CtImageStorage ?? '1.2.840.10008.5.1.4.1.1.2', '2.25.7700010101001')],
}[what]();

let failed = 0;
const client = new Client();
for (const request of asked) {
  request.on('response', (response) => {
    console.log(response.toString());
    if (![Status.Success, Status.Pending].includes(response.getStatus())) failed++;
  });
  client.addRequest(request);
}
client.on('nEventReportRequest', (request, callback) => {
  const response = dimse.responses.NEventReportResponse.fromRequest(request);
  response.setStatus(Status.Success);
  callback(response);
});
client.on('networkError', (e) => { console.log('network error', e.message); process.exit(1); });
client.on('associationRejected', () => process.exit(3));
client.on('closed', () => process.exit(failed ? 2 : 0));
client.send(host, Number(port), calling, called, options);
