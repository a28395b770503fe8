# C-STORE over TLS 1.1 (dcmjs-dimse on both sides, with OpenSSL's security level lowered for it).
make_keys
peers
serve archive dimse-scp 2762 node peers/scp.cjs --port 2762 --tls tls/archive.key tls/archive.crt tls/ca.crt --tls-max TLSv1.1
rolling
run modality dimse-scu node peers/scu.cjs store 10.20.30.20 2762 CT_ROOM1 ARCHIVE --tls tls/modality.key \
  tls/modality.crt tls/ca.crt --old-tls o/ct-erika-1.dcm
