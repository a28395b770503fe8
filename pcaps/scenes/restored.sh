# A CT slice is stored, another, then the first again with other pixels under the same SOP Instance UID, and once more as it then is.
sed '/^(7fe0,0010)/s/000b.0030.0055/0fff\\0fff\\0fff/' "$here/objects/ct-erika-1.dump" >changed.dump
dump2dcm -q +te changed.dump changed.dcm
serve archive storescp 11112 storescp -v -dhl -aet ARCHIVE --ignore 11112
rolling
run modality storescu storescu -v -R -aet CT_ROOM1 -aec ARCHIVE 10.20.30.20 11112 o/ct-erika-1.dcm o/ct-erika-2.dcm
run modality storescu storescu -v -R -aet CT_ROOM1 -aec ARCHIVE 10.20.30.20 11112 changed.dcm
run modality storescu storescu -v -R -aet CT_ROOM1 -aec ARCHIVE 10.20.30.20 11112 changed.dcm
