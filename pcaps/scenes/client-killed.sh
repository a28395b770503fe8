# A client that dies while it sends an object of 320 kB (storescu, kill -9): its kernel sends what it had taken, then
# FIN within a P-DATA-TF; no A-ABORT from the client. Small socket buffers keep it short.
on modality sh -c 'echo 4096 8192 8192 >/proc/sys/net/ipv4/tcp_wmem'
on archive sh -c 'echo 4096 8192 8192 >/proc/sys/net/ipv4/tcp_rmem'
serve archive storescp 11112 storescp -v -dhl --sleep-during 1 -aet ARCHIVE --ignore 11112
rolling
printf 'modality$ storescu -v -R -aet CT_ROOM1 -aec ARCHIVE 10.20.30.20 11112 o/ct-large.dcm &\n' >>"$logs/commands.txt"
ip netns exec "$prefix-modality" storescu -v -R -aet CT_ROOM1 -aec ARCHIVE 10.20.30.20 11112 o/ct-large.dcm \
  >"$logs/storescu.log" 2>&1 &
victim=$!
sleep 1.5
printf 'modality$ kill -9 storescu\n' >>"$logs/commands.txt"
kill -9 "$victim"
wait "$victim" 2>/dev/null || true
sleep 5
on modality sh -c 'echo 4096 16384 4194304 >/proc/sys/net/ipv4/tcp_wmem'
on archive sh -c 'echo 4096 131072 6291456 >/proc/sys/net/ipv4/tcp_rmem'
