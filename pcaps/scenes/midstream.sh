# Not recorded: store-several.pcap from its 26th packet on, cut by editcap. No handshake, no negotiation; the
# third object onwards, and the release.
recorded=$work/midstream.pcapng
printf '$ editcap -r -F pcapng store-several.pcap midstream.pcapng 26-9999\n' >>"$logs/commands.txt"
editcap -r -F pcapng "$out/store-several.pcap" "$recorded" 26-9999
