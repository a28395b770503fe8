# A viewer has a study sent to itself: C-MOVE, and the archive's store association the other way.
serve workstation storescp 11112 storescp -v -dhl -aet VIEWER --ignore 11112
fill_archive 'ARCHIVE ./archive RW (50, 1024mb) ANY' -- o/ct-erika-1.dcm o/ct-erika-2.dcm o/mr-testa.dcm
rolling
run workstation movescu movescu -v -S -aet VIEWER -aec ARCHIVE -aem VIEWER -k 0008,0052=STUDY \
  -k 0020,000D=2.25.77000101 10.20.30.20 11112
