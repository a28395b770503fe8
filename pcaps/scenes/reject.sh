# Four refusals: called AE title unknown (Orthanc), called AE title unknown (dcmqrscp), calling AE title
# not allowed (dcmqrscp), no free association (dcmqrscp --refuse).
cat >orthanc.json <<'JSON'
{ "Name": "INVENTED", "StorageDirectory": "orthanc-storage", "IndexDirectory": "orthanc-storage",
  "HttpServerEnabled": false, "DicomServerEnabled": true, "DicomAet": "ORTHANC", "DicomPort": 4242,
  "DicomCheckCalledAet": true }
JSON
rm -rf orthanc-storage
serve ris orthanc 4242 Orthanc --verbose orthanc.json
fill_archive 'ARCHIVE ./archive RW (50, 1024mb) (CT_ROOM1, 10.20.30.11, 11112)' --
sed 's/11112$/11113/' archive.cfg >refuse.cfg
serve archive dcmqrscp-refuse 11113 dcmqrscp -v -dhl --refuse -c refuse.cfg
rolling
run_failing workstation echoscu-1 echoscu -v -aet VIEWER -aec NOBODY 10.20.30.40 4242
run_failing modality echoscu-2 echoscu -v -aet CT_ROOM1 -aec NOBODY 10.20.30.20 11112
run_failing stranger echoscu-3 echoscu -v -aet STRANGER -aec ARCHIVE 10.20.30.20 11112
run_failing modality echoscu-4 echoscu -v -aet CT_ROOM1 -aec ARCHIVE 10.20.30.20 11113
