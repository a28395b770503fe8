# A stranger tries twelve called AE titles within seconds: eleven are rejected by Orthanc, the twelfth is its own.
cat >orthanc.json <<'JSON'
{ "Name": "INVENTED", "StorageDirectory": "orthanc-storage", "IndexDirectory": "orthanc-storage",
  "HttpServerEnabled": false, "DicomServerEnabled": true, "DicomAet": "ORTHANC", "DicomPort": 4242,
  "DicomCheckCalledAet": true }
JSON
rm -rf orthanc-storage
serve archive orthanc 4242 Orthanc --verbose orthanc.json
rolling
for title in ANY-SCP PACS DICOM ARCHIVE STORE SERVER MAIN RIS CT MR TEST; do
  run_failing stranger echoscu echoscu -v -aet STRANGER -aec "$title" 10.20.30.20 4242
done
run stranger echoscu echoscu -v -aet STRANGER -aec ORTHANC 10.20.30.20 4242
