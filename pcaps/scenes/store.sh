# A modality stores two images of one study in one association.
serve archive storescp 11112 storescp -v -dhl -aet ARCHIVE --ignore 11112
rolling
run modality storescu storescu -v -R -aet CT_ROOM1 -aec ARCHIVE 10.20.30.20 11112 o/ct-erika-1.dcm o/ct-erika-2.dcm
