# Associations whose client breaks the rules (peers/raw.py): eleven times a PDU of a type that does not exist, a value longer than
# its P-DATA, and a C-ECHO on a presentation context that was never accepted.
cp "$here/peers/raw.py" .
serve archive storescp 11112 storescp -v -dhl -aet ARCHIVE --ignore 11112
rolling
for _ in {1..11}; do run modality raw python3 raw.py unknown 10.20.30.20 11112 CT_ROOM1 ARCHIVE; done
run modality raw python3 raw.py overrun 10.20.30.20 11112 CT_ROOM1 ARCHIVE
run modality raw python3 raw.py context 10.20.30.20 11112 CT_ROOM1 ARCHIVE
