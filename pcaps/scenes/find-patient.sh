# A viewer asks for all patients whose ID begins with TEST, then for one by name: five answers, one.
fill_archive 'ARCHIVE ./archive RW (50, 1024mb) ANY' -- \
  o/ct-erika-1.dcm o/ct-erika-2.dcm o/mr-testa.dcm o/us-max.dcm o/cr-olga.dcm o/sr-otto.dcm
rolling
run workstation findscu findscu -v -P -aet VIEWER -aec ARCHIVE -k 0008,0052=PATIENT -k 0010,0020='TEST*' \
  -k 0010,0010 -k 0010,0030 -k 0010,0040 10.20.30.20 11112
run workstation findscu findscu -v -P -aet VIEWER -aec ARCHIVE -k 0008,0052=PATIENT -k 0010,0010='Muster^*' \
  -k 0010,0020 10.20.30.20 11112
