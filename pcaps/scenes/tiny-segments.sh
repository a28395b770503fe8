# A store whose first 80 bytes (A-ASSOCIATE-RQ) arrive in segments of one byte, cut by a relay on the modality.
peers
serve archive storescp 11112 storescp -v -dhl -aet ARCHIVE --ignore 11112
serve modality relay 11112 node peers/relay.cjs 11112 10.20.30.20 11112 --tiny 80
rolling
run modality storescu storescu -v -R -aet CT_ROOM1 -aec ARCHIVE 127.0.0.1 11112 o/ct-erika-1.dcm
