# Storage commitment for two objects: N-ACTION, and the archive's N-EVENT-REPORT on the same association.
peers
serve archive dimse-scp 11112 node peers/scp.cjs --port 11112 --commit same
rolling
run modality dimse-scu node peers/scu.cjs commitment 10.20.30.20 11112 CT_ROOM1 ARCHIVE --linger 1000
