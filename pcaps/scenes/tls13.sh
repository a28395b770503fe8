# C-STORE over TLS 1.3 with certificates on both sides: storescu and storescp with their default profile (BCP 195,
# no downgrade), which DCMTK 3.6.7 on OpenSSL 3 negotiates as TLS 1.3.
make_keys
serve archive storescp 2762 storescp -v -dhl +tls tls/archive.key tls/archive.crt +cf tls/ca.crt -aet ARCHIVE --ignore 2762
rolling
run modality storescu storescu -v -R +tls tls/modality.key tls/modality.crt +cf tls/ca.crt -aet CT_ROOM1 -aec ARCHIVE \
  10.20.30.20 2762 o/ct-erika-1.dcm
