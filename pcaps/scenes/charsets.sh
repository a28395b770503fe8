# Names in six character sets, one association: Latin-1, Japanese (ISO 2022 IR 87), UTF-8, GB18030, Korean, Greek.
serve archive storescp 11112 storescp -v -dhl -aet ARCHIVE --ignore 11112
rolling nano
run gateway storescu storescu -v -R -aet GATEWAY -aec ARCHIVE 10.20.30.20 11112 o/charset-latin1.dcm \
  o/charset-japanese.dcm o/charset-utf8.dcm o/charset-gb18030.dcm o/charset-korean.dcm o/charset-greek.dcm
