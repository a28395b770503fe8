# A viewer gets a study on the association it opened: C-GET with two C-STORE sub-operations
# sent by the server, whose role was negotiated.
fill_archive 'ARCHIVE ./archive RW (50, 1024mb) ANY' -- o/ct-erika-1.dcm o/ct-erika-2.dcm o/mr-testa.dcm
rolling
run workstation getscu getscu -v -S --ignore -aet VIEWER -aec ARCHIVE -k 0008,0052=STUDY \
  -k 0020,000D=2.25.77000101 10.20.30.20 11112
