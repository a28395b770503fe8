// A DICOM server on dcmjs-dimse that says yes to nearly everything, for what no DCMTK program serves.
//   node scp.cjs --port N [--only-calling AE] [--tls KEY CERT CA [--tls-max VERSION]]
//     [--commit same|HOST:PORT:CALLING:CALLED]
'use strict';
const fs = require('node:fs');
const dimse = require('dcmjs-dimse');
const { Dataset, Server, Scp, Client } = dimse;
const { PresentationContextResult, RejectResult, RejectSource, RejectReason, Status, SopClass } = dimse.constants;
const R = dimse.responses;

dimse.log.setLevel(dimse.log.levels.INFO);
const args = process.argv.slice(2);
const after = (flag, n = 1) => (args.includes(flag) ? args[args.indexOf(flag) + n] : undefined);
const onlyCalling = after('--only-calling');
const commit = after('--commit');

class Peer extends Scp {
  associationRequested(association) {
    this.association = association;
    if (onlyCalling && association.getCallingAeTitle() !== onlyCalling) {
      this.sendAssociationReject(RejectResult.Permanent, RejectSource.ServiceUser, RejectReason.CallingAeNotRecognized);
      return;
    }
    for (const { id } of association.getPresentationContexts()) {
      const context = association.getPresentationContext(id);
      context.setResult(PresentationContextResult.Accept, context.getTransferSyntaxUids()[0]);
    }
    this.sendAssociationAccept();
  }
  associationReleaseRequested() {
    this.sendAssociationReleaseResponse();
  }
  answer(Kind, request, callback, change = () => {}) {
    const response = Kind.fromRequest(request);
    response.setStatus(Status.Success);
    change(response);
    callback(response);
  }
  cEchoRequest(request, callback) { this.answer(R.CEchoResponse, request, callback); }
  cStoreRequest(request, callback) { this.answer(R.CStoreResponse, request, callback); }
  cFindRequest(request, callback) {
    const answers = [['Muster^Erika', 'TEST-0001', '19500203'], ['Nguyen^Testa', 'TEST-0002', '19620214']].map(
      ([PatientName, PatientID, PatientBirthDate], i) => {
        const pending = R.CFindResponse.fromRequest(request);
        pending.setStatus(Status.Pending);
        pending.setDataset(new Dataset({ QueryRetrieveLevel: 'STUDY', PatientName, PatientID, PatientBirthDate,
          StudyInstanceUID: `2.25.77000${i + 1}01` }));
        return pending;
      });
    const last = R.CFindResponse.fromRequest(request);
    last.setStatus(Status.Success);
    callback([...answers, last]);
  }
  nCreateRequest(request, callback) {
    this.answer(R.NCreateResponse, request, callback, (r) => request.hasDataset() && r.setDataset(request.getDataset()));
  }
  nSetRequest(request, callback) { this.answer(R.NSetResponse, request, callback); }
  nGetRequest(request, callback) {
    this.answer(R.NGetResponse, request, callback, (r) =>
      r.setDataset(new Dataset({ PrinterStatus: 'NORMAL', PrinterStatusInfo: 'NORMAL', PrinterName: 'INVENTED' })));
  }
  nDeleteRequest(request, callback) { this.answer(R.NDeleteResponse, request, callback); }
  nEventReportRequest(request, callback) { this.answer(R.NEventReportResponse, request, callback); }
  nActionRequest(request, callback) {
    this.answer(R.NActionResponse, request, callback);
    if (!commit || request.getRequestedSopClassUid() !== SopClass.StorageCommitmentPushModel) return;
    const asked = request.getDataset().getElements();
    const report = new dimse.requests.NEventReportRequest(SopClass.StorageCommitmentPushModel,
      request.getRequestedSopInstanceUid(), 1);
    report.setDataset(new Dataset({ TransactionUID: asked.TransactionUID,
      ReferencedSOPSequence: [].concat(asked.ReferencedSOPSequence).map((item) => ({
        ReferencedSOPClassUID: item.ReferencedSOPClassUID, ReferencedSOPInstanceUID: item.ReferencedSOPInstanceUID })) }));
    if (commit === 'same') {
      setTimeout(() => this.sendRequests(report), 100);
    } else {
      const [host, port, calling, called] = commit.split(':');
      setTimeout(() => {
        const client = new Client();
        client.addRequest(report);
        client.on('networkError', (e) => console.log('network error', e.message));
        client.send(host, Number(port), calling, called);
      }, 300);
    }
  }
}

const server = new Server(Peer);
server.on('networkError', (e) => console.log('network error', e.message));
const options = {};
if (args.includes('--tls')) {
  options.securityOptions = { key: fs.readFileSync(after('--tls', 1)), cert: fs.readFileSync(after('--tls', 2)),
    ca: fs.readFileSync(after('--tls', 3)), requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.2',
    maxVersion: after('--tls-max') ?? 'TLSv1.3' };
  if (after('--tls-max') === 'TLSv1.1') {
    Object.assign(options.securityOptions, { minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' });
  }
}
server.listen(Number(after('--port')), options);
process.on('SIGTERM', () => process.exit(0));
