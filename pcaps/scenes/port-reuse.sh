# Two connections one after the other from the same client port (50104, by a relay): an echo, then a store.
peers
on modality sh -c 'echo 1 >/proc/sys/net/ipv4/tcp_tw_reuse'
serve archive storescp 11112 storescp -v -dhl -aet ARCHIVE --ignore 11112
serve modality relay 11112 node peers/relay.cjs 11112 10.20.30.20 11112 --local-port 50104
rolling
run modality echoscu echoscu -v -aet CT_ROOM1 -aec ARCHIVE 127.0.0.1 11112
sleep 2
run modality storescu storescu -v -R -aet CT_ROOM1 -aec ARCHIVE 127.0.0.1 11112 o/ct-erika-1.dcm
