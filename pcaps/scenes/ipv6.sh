# IPv6 (dcmjs-dimse: DCMTK 3.6.7 speaks IPv4 only): C-ECHO; two objects stored; a query with two answers.
peers
with_ipv6 modality archive workstation
serve archive dimse-scp 11112 node peers/scp.cjs --port 11112
rolling
run modality dimse-scu-echo node peers/scu.cjs echo fd00:20:30::20 11112 CT_ROOM1 ARCHIVE
run modality dimse-scu-store node peers/scu.cjs store fd00:20:30::20 11112 CT_ROOM1 ARCHIVE o/ct-erika-1.dcm o/mr-testa.dcm
run workstation dimse-scu-find node peers/scu.cjs find fd00:20:30::20 11112 VIEWER ARCHIVE
