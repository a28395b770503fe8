# Six objects of four patients and five studies, three modalities, one association.
serve archive storescp 11112 storescp -v -dhl -aet ARCHIVE --ignore 11112
rolling
run gateway storescu storescu -v -R -aet GATEWAY -aec ARCHIVE 10.20.30.20 11112 \
  o/ct-erika-1.dcm o/ct-erika-2.dcm o/ct-erika-3.dcm o/mr-testa.dcm o/cr-olga.dcm o/sr-otto.dcm
