# Not recorded: large-object.pcap.gz from its 100th packet on, cut by editcap. It begins within a P-DATA-TF of
# pixel data, and holds the end of the object, its response and the release.
recorded=$work/midstream-large.pcap
printf '$ editcap -r large-object.pcap.gz midstream-large.pcap 100-9999\n' >>"$logs/commands.txt"
editcap -r "$out/large-object.pcap.gz" "$recorded" 100-9999
suffix=gz
