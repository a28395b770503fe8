# A day for which no finding is right: name service, time, web, web over TLS, SSH banner, file share, raw printing,
# HL7, and DICOM over TLS 1.3. All internal.
make_keys
peers
serve office day 2575 node peers/day.cjs serve tls/archive.key tls/archive.crt
serve printer day-printer 9100 node peers/day.cjs serve tls/archive.key tls/archive.crt
serve archive dimse-scp 2762 node peers/scp.cjs --port 2762 --tls tls/archive.key tls/archive.crt tls/ca.crt
rolling pcapng
run workstation day-visit node peers/day.cjs visit 10.20.30.50 10.20.30.60
run modality dimse-scu node peers/scu.cjs store 10.20.30.20 2762 CT_ROOM1 ARCHIVE --tls tls/modality.key \
  tls/modality.crt tls/ca.crt o/ct-erika-1.dcm
