# A request with 128 presentation contexts (echoscu), and storescu's own full list without -R.
serve archive storescp 11112 storescp -v -dhl -aet ARCHIVE --ignore 11112
rolling
run workstation echoscu echoscu -v -ppc 128 -pts 4 -aet VIEWER -aec ARCHIVE 10.20.30.20 11112
run modality storescu storescu -v -aet CT_ROOM1 -aec ARCHIVE 10.20.30.20 11112 o/ct-erika-1.dcm
