# A query that is cancelled by its asker after two answers (findscu --cancel 2).
fill_archive 'ARCHIVE ./archive RW (50, 1024mb) ANY' -- o/ct-erika-1.dcm o/mr-testa.dcm o/us-max.dcm \
  o/cr-olga.dcm o/sr-otto.dcm o/ct-pepe.dcm o/mr-lena.dcm
rolling
run_either workstation findscu findscu -v -P --cancel 2 -aet VIEWER -aec ARCHIVE -k 0008,0052=PATIENT \
  -k 0010,0010 -k 0010,0020='TEST*' 10.20.30.20 11112
