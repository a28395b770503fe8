# A viewer asks Orthanc for the studies of one day: four answers; Orthanc was filled before.
cat >orthanc.json <<'JSON'
{ "Name": "INVENTED", "StorageDirectory": "orthanc-storage", "IndexDirectory": "orthanc-storage",
  "HttpServerEnabled": false, "DicomServerEnabled": true, "DicomAet": "ORTHANC", "DicomPort": 4242,
  "DicomCheckCalledAet": true, "DicomAlwaysAllowStore": true, "DicomAlwaysAllowFind": true,
  "DicomModalities": { "viewer": [ "VIEWER", "10.20.30.30", 11112 ] } }
JSON
rm -rf orthanc-storage
serve archive orthanc 4242 Orthanc --verbose orthanc.json
on archive timeout 60 storescu -aet FILLER -aec ORTHANC 127.0.0.1 4242 \
  o/ct-erika-1.dcm o/ct-erika-3.dcm o/mr-testa.dcm o/us-max.dcm o/cr-olga.dcm >"$logs/fill.log" 2>&1
rolling
run workstation findscu findscu -v -S -aet VIEWER -aec ORTHANC -k 0008,0052=STUDY -k 0008,0020=20261121 \
  -k 0020,000D -k 0010,0010 -k 0010,0020 -k 0010,0030 -k 0008,0050 -k 0008,1030 10.20.30.20 4242
