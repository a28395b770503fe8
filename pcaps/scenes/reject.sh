# Five refusals, one reason each: called AE title unknown (Orthanc; dcmqrscp), calling AE title unknown
# (dcmjs-dimse), local limit exceeded (wlmscpfs with one slot, taken), no reason given (dcmqrscp --refuse).
cat >orthanc.json <<'JSON'
{ "Name": "INVENTED", "StorageDirectory": "orthanc-storage", "IndexDirectory": "orthanc-storage",
  "HttpServerEnabled": false, "DicomServerEnabled": true, "DicomAet": "ORTHANC", "DicomPort": 4242,
  "DicomCheckCalledAet": true }
JSON
rm -rf orthanc-storage
peers
serve ris orthanc 4242 Orthanc --verbose orthanc.json
fill_archive 'ARCHIVE ./archive RW (50, 1024mb) (CT_ROOM1, 10.20.30.11, 11112)' --
sed 's/11112$/11113/' archive.cfg >refuse.cfg
serve archive dcmqrscp-refuse 11113 dcmqrscp -v -dhl --refuse -c refuse.cfg
serve archive dimse-scp 11114 node peers/scp.cjs --port 11114 --only-calling CT_ROOM1
rm -rf worklist
mkdir -p worklist/RIS
touch worklist/RIS/lockfile
serve ris wlmscpfs 104 wlmscpfs -v -dhl --max-associations 1 --sleep-before 2 -dfp worklist 104
rolling
run_failing workstation echoscu-orthanc echoscu -v -aet VIEWER -aec NOBODY 10.20.30.40 4242
run_failing modality echoscu-dcmqrscp echoscu -v -aet CT_ROOM1 -aec NOBODY 10.20.30.20 11112
run_failing stranger echoscu-dimse echoscu -v -aet STRANGER -aec ARCHIVE 10.20.30.20 11114
background modality findscu-holding findscu -v -W -aet CT_ROOM1 -aec RIS -k 0010,0010 10.20.30.40 104
sleep 0.7
run_failing modality2 echoscu-wlmscpfs echoscu -v -aet MR_ROOM2 -aec RIS 10.20.30.40 104
join
run_failing modality echoscu-refuse echoscu -v -aet CT_ROOM1 -aec ARCHIVE 10.20.30.20 11113
