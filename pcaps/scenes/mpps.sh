# A modality reports a performed procedure step: N-CREATE (in progress), N-SET (completed).
peers
serve ris dimse-scp 11112 node peers/scp.cjs --port 11112
rolling
run modality dimse-scu node peers/scu.cjs mpps 10.20.30.40 11112 CT_ROOM1 RIS
