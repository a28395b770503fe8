# One object of 320 kB (400 x 400 pixels of zero): many P-DATA PDUs, full-size segments. Compressed with gzip.
serve archive storescp 11112 storescp -v -dhl -aet ARCHIVE --ignore 11112
rolling
run modality storescu storescu -v -R -aet CT_ROOM1 -aec ARCHIVE 10.20.30.20 11112 o/ct-large.dcm
suffix=gz
