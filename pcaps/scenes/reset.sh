# A server that dies while an object of 320 kB arrives (storescp, kill -9): its kernel resets the connection.
serve archive storescp 11112 storescp -v -dhl --sleep-during 2 -aet ARCHIVE --ignore 11112
victim=${jobs_running[-1]}
rolling
background modality storescu storescu -v -R -aet CT_ROOM1 -aec ARCHIVE 10.20.30.20 11112 o/ct-large.dcm
sleep 1
printf 'archive$ kill -9 storescp\n' >>"$logs/commands.txt"
kill -9 "$victim"
join || true
suffix=gz
