# C-STORE over TLS 1.2 with a NULL cipher (+pn, "Authenticated unencrypted communication"): the DICOM inside is readable.
make_keys
serve archive storescp 2762 storescp -v -dhl +tls tls/archive.key tls/archive.crt +cf tls/ca.crt +pn -aet ARCHIVE --ignore 2762
rolling
run modality storescu storescu -v -R +tls tls/modality.key tls/modality.crt +cf tls/ca.crt +pn -aet CT_ROOM1 -aec ARCHIVE \
  10.20.30.20 2762 o/ct-erika-1.dcm
