# nmap looks for DICOM: dicom-ping at six hosts, of which two listen, one taking any called AE title; then dicom-brute
# with a list of fourteen titles at the other, whose own is the last.
cat >orthanc.json <<'JSON'
{ "Name": "INVENTED", "StorageDirectory": "orthanc-storage", "IndexDirectory": "orthanc-storage",
  "HttpServerEnabled": false, "DicomServerEnabled": true, "DicomAet": "ORTHANC", "DicomPort": 4242,
  "DicomCheckCalledAet": true }
JSON
rm -rf orthanc-storage
serve archive orthanc 4242 Orthanc --verbose orthanc.json
serve ris storescp 104 storescp -v --ignore 104
printf '%s\n' PACS DICOM ARCHIVE STORE SERVER MAIN RIS CT MR TEST IMAGES XRAY BACKUP ORTHANC >titles.txt
rolling
run stranger nmap-ping nmap -n -Pn -sS -p 104,2761,2762,4242,11112 --script dicom-ping 10.20.30.11,12,20,30,40,60
run stranger nmap-brute nmap -n -Pn -sS -p 4242 --script dicom-brute --script-args passdb=titles.txt,brute.threads=1 10.20.30.20
