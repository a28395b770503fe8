# A modality stores over TLS 1.2 (storescu, dcmjs-dimse server), and a minute's work later in clear to the same archive (storescp).
make_keys
peers
serve archive dimse-scp 2762 node peers/scp.cjs --port 2762 --tls tls/archive.key tls/archive.crt tls/ca.crt --tls-max TLSv1.2
serve archive storescp 11112 storescp -v -aet ARCHIVE --ignore 11112
rolling
run modality storescu-tls storescu -v -R +tls tls/modality.key tls/modality.crt +cf tls/ca.crt -aet CT_ROOM1 -aec ARCHIVE \
  10.20.30.20 2762 o/ct-erika-1.dcm
run modality storescu storescu -v -R -aet CT_ROOM1 -aec ARCHIVE 10.20.30.20 11112 o/ct-erika-1.dcm
