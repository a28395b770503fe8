# Queries cancelled by their asker (findscu --cancel): a worklist query after its first answer, by a server that
# looks for it; and a patient query that the server had already answered in full ("late C-CANCEL-RQ, ignoring").
rm -rf worklist
mkdir -p worklist/RIS
touch worklist/RIS/lockfile
for entry in "$here"/objects/worklist/*.dump; do
  dump2dcm -q "$entry" "worklist/RIS/$(basename "$entry" .dump).wl"
done
serve ris wlmscpfs 104 wlmscpfs -v -dhl --sleep-during 1 -dfp worklist 104
fill_archive 'ARCHIVE ./archive RW (50, 1024mb) ANY' -- o/ct-erika-1.dcm o/mr-testa.dcm o/us-max.dcm \
  o/cr-olga.dcm o/sr-otto.dcm o/ct-pepe.dcm o/mr-lena.dcm
rolling
run_either modality findscu-worklist findscu -v -W --cancel 1 -aet CT_ROOM1 -aec RIS -k 0010,0010 -k 0010,0020 \
  -k '(0040,0100)[0].0008,0060=CT' 10.20.30.40 104
run_either workstation findscu-patient findscu -v -P --cancel 2 -aet VIEWER -aec ARCHIVE -k 0008,0052=PATIENT \
  -k 0010,0010 -k 0010,0020='TEST*' 10.20.30.20 11112
