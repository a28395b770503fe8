# Storage commitment for two objects: N-ACTION, released; then the archive opens an association to the modality
# and sends N-EVENT-REPORT.
peers
serve modality dimse-scp-modality 11112 node peers/scp.cjs --port 11112
serve archive dimse-scp-archive 11112 node peers/scp.cjs --port 11112 --commit 10.20.30.11:11112:ARCHIVE:CT_ROOM1
rolling
run modality dimse-scu node peers/scu.cjs commitment 10.20.30.20 11112 CT_ROOM1 ARCHIVE
sleep 1
