# A stranger asks six listeners on six hosts whether they are there, under one called AE title, and one of them under
# two titles more: storescp takes any.
for host in modality modality2 archive workstation ris printer; do
  serve "$host" "storescp-$host" 11112 storescp -v --ignore 11112
done
rolling
for last_byte in 11 12 20 30 40 60; do
  run stranger echoscu echoscu -v -aet ECHOSCU -aec ANY-SCP "10.20.30.$last_byte" 11112
done
run stranger echoscu echoscu -v -aet ECHOSCU -aec PACS 10.20.30.20 11112
run stranger echoscu echoscu -v -aet ECHOSCU -aec WHATEVER 10.20.30.20 11112
