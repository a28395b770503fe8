# User identity of type 2 with an empty passcode (storescu --empty-password).
serve archive storescp 11112 storescp -v -dhl -aet ARCHIVE --ignore 11112
rolling
run modality storescu storescu -v -R -usr canary-user --empty-password -aet CT_ROOM1 -aec ARCHIVE \
  10.20.30.20 11112 o/ct-erika-1.dcm
