# Clients that abort: echoscu and storescu with --abort (A-ABORT instead of A-RELEASE-RQ, after their work).
serve archive storescp 11112 storescp -v -dhl -aet ARCHIVE --ignore 11112
rolling
run modality echoscu echoscu -v --abort -aet CT_ROOM1 -aec ARCHIVE 10.20.30.20 11112
run modality storescu storescu -v -R --abort -aet CT_ROOM1 -aec ARCHIVE 10.20.30.20 11112 o/ct-erika-1.dcm
