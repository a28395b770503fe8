# A C-MOVE to a destination the archive does not know: one final response, refused (A801), no store association.
fill_archive 'ARCHIVE ./archive RW (50, 1024mb) ANY' -- o/ct-erika-1.dcm
rolling
run_either workstation movescu movescu -v -S -aet VIEWER -aec ARCHIVE -aem ELSEWHERE -k 0008,0052=STUDY \
  -k 0020,000D=2.25.77000101 10.20.30.20 11112
