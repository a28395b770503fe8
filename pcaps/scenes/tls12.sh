# C-STORE over TLS 1.2 with certificates on both sides: storescu, and a dcmjs-dimse server that allows no more than 1.2.
make_keys
peers
serve archive dimse-scp 2762 node peers/scp.cjs --port 2762 --tls tls/archive.key tls/archive.crt tls/ca.crt --tls-max TLSv1.2
rolling
run modality storescu storescu -v -R +tls tls/modality.key tls/modality.crt +cf tls/ca.crt -aet CT_ROOM1 -aec ARCHIVE \
  10.20.30.20 2762 o/ct-erika-1.dcm
