# A worklist query to a storage server: the association is accepted with every context refused, and findscu closes
# TCP without one DIMSE message, A-ABORT or A-RELEASE-RQ.
serve archive storescp 11112 storescp -v -dhl -aet ARCHIVE --ignore 11112
rolling
run_failing modality findscu findscu -v -W -aet CT_ROOM1 -aec ARCHIVE -k 0010,0010 10.20.30.20 11112
