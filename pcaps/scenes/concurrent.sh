# Three clients store to one listener at the same time (storescp --fork): packets of their connections interleave.
serve archive storescp 11112 storescp -v -dhl --fork -aet ARCHIVE --ignore 11112
rolling pcapng
background modality storescu-ct storescu -v -R -aet CT_ROOM1 -aec ARCHIVE 10.20.30.20 11112 \
  o/ct-erika-1.dcm o/ct-erika-2.dcm o/ct-erika-3.dcm
background modality2 storescu-mr storescu -v -R -aet MR_ROOM2 -aec ARCHIVE 10.20.30.20 11112 \
  o/mr-testa.dcm o/mr-lena.dcm
background workstation storescu-ws storescu -v -R -aet VIEWER -aec ARCHIVE 10.20.30.20 11112 \
  o/sr-otto.dcm o/cr-olga.dcm o/us-max.dcm
join
