# A client that closes its half right behind A-RELEASE-RQ; A-RELEASE-RP arrives after the client's FIN.
peers
serve archive storescp 11112 storescp -v -dhl -aet ARCHIVE --ignore 11112
serve modality relay 11112 python3 peers/halfclose.py 11112 10.20.30.20 11112
rolling
run modality storescu storescu -v -R -aet CT_ROOM1 -aec ARCHIVE 127.0.0.1 11112 o/ct-erika-1.dcm
