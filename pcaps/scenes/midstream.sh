# Not recorded: store-several.pcap from behind its second C-STORE response on, cut by editcap. No handshake, no
# negotiation; the third object onwards, and the release.
recorded=$work/midstream.pcapng
second=$(tshark -r "$out/store-several.pcap" -d tcp.port==11112,dicom -Y 'dicom.pdu.type == 4 && ip.src == 10.20.30.20' \
  -T fields -e frame.number 2>/dev/null | sed -n 2p)
printf '$ editcap -r -F pcapng store-several.pcap midstream.pcapng %d-9999\n' "$((second + 2))" >>"$logs/commands.txt"
editcap -r -F pcapng "$out/store-several.pcap" "$recorded" "$((second + 2))-9999"
