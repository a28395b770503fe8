# termscu asks a dcmqrscp that allows it to end: an association with one private context and no DIMSE message.
archive_options=(--allow-shutdown)
fill_archive 'ARCHIVE ./archive RW (50, 1024mb) ANY' --
rolling
run_either stranger termscu termscu -v -aet STRANGER -aec ARCHIVE 10.20.30.20 11112
