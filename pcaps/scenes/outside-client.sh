# A client outside the internal networks (203.0.113.7, routed by the gateway) asks for every patient and gets
# six answers, then gets one study.
fill_archive 'ARCHIVE ./archive RW (50, 1024mb) ANY' -- o/ct-erika-1.dcm o/mr-testa.dcm o/us-max.dcm \
  o/cr-olga.dcm o/sr-otto.dcm o/ct-pepe.dcm
ip -n "$prefix-archive" route replace 203.0.113.0/24 via 10.20.30.1
rolling
run outside findscu findscu -v -P -aet RESEARCH -aec ARCHIVE -k 0008,0052=PATIENT -k 0010,0010='*' -k 0010,0020 \
  -k 0010,0030 10.20.30.20 11112
run outside getscu getscu -v -S --ignore -aet RESEARCH -aec ARCHIVE -k 0008,0052=STUDY \
  -k 0020,000D=2.25.77000201 10.20.30.20 11112
