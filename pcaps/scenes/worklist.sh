# A modality asks the RIS for its worklist of one day: three entries.
rm -rf worklist
mkdir -p worklist/RIS
touch worklist/RIS/lockfile
for entry in "$here"/objects/worklist/*.dump; do
  dump2dcm -q "$entry" "worklist/RIS/$(basename "$entry" .dump).wl"
done
serve ris wlmscpfs 104 wlmscpfs -v -dhl -dfp worklist 104
rolling
run modality findscu findscu -v -W -aet CT_ROOM1 -aec RIS -k 0010,0010 -k 0010,0020 -k 0010,0030 -k 0010,0040 \
  -k 0008,0050 -k 0008,0090 -k 0020,000D -k 0032,1032 -k 0032,1060 -k 0040,1001 \
  -k '(0040,0100)[0].0008,0060=CT' -k '(0040,0100)[0].0040,0001=CT_ROOM1' \
  -k '(0040,0100)[0].0040,0002=20261122' -k '(0040,0100)[0].0040,0003' -k '(0040,0100)[0].0040,0006' \
  10.20.30.40 104
