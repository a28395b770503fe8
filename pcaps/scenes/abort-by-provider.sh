# A server that aborts: storescp --abort-during sends A-ABORT while it receives a C-STORE, --abort-after
# when it has received it. The client sees the abort, not a response.
serve archive storescp-during 11112 storescp -v -dhl --abort-during -aet ARCHIVE --ignore 11112
serve archive storescp-after 11113 storescp -v -dhl --abort-after -aet ARCHIVE --ignore 11113
rolling
run_either modality storescu-during storescu -v -R -aet CT_ROOM1 -aec ARCHIVE 10.20.30.20 11112 o/ct-erika-1.dcm
run_either modality storescu-after storescu -v -R -aet CT_ROOM1 -aec ARCHIVE 10.20.30.20 11113 o/ct-erika-2.dcm
