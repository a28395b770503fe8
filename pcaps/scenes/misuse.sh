# What no everyday device does: CT_ROOM1 echoes three times with DCMTK and then with dcmjs-dimse; VIEWER deletes an
# instance by N-DELETE; STRANGER offers 100 storage classes and uses none (peers/raw.py); twelve echoes are refused by a worklist
# server that has one slot, taken.
cp "$here/peers/raw.py" .
peers
serve archive storescp 11112 storescp -v -dhl -aet ARCHIVE --ignore 11112
serve archive dimse-scp 11114 node peers/scp.cjs --port 11114
rm -rf worklist
mkdir -p worklist/RIS
touch worklist/RIS/lockfile
serve ris wlmscpfs 104 wlmscpfs -v -dhl --max-associations 1 --sleep-before 15 -dfp worklist 104
rolling
for _ in 1 2 3; do run modality echoscu echoscu -v -aet CT_ROOM1 -aec ARCHIVE 10.20.30.20 11112; done
run modality dimse-scu node peers/scu.cjs echo 10.20.30.20 11112 CT_ROOM1 ARCHIVE
run workstation dimse-delete node peers/scu.cjs delete 10.20.30.20 11114 VIEWER ARCHIVE
run stranger raw python3 raw.py probe 10.20.30.20 11112 STRANGER ARCHIVE
background modality findscu-holding findscu -v -W -aet CT_ROOM1 -aec RIS -k 0010,0010 10.20.30.40 104
sleep 0.7
for _ in {1..12}; do run_failing modality2 echoscu-wlmscpfs echoscu -v -aet MR_ROOM2 -aec RIS 10.20.30.40 104; done
join
