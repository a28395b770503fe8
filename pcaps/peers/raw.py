"""A DICOM client written by hand, for what no toolkit sends.
   raw.py WHAT HOST PORT CALLING CALLED
probe      offers 100 storage classes, uses none, releases
unknown    after the acceptance a PDU of type 0BH, and waits for the abort
overrun    a P-DATA whose value is longer than the P-DATA
context    a C-ECHO on presentation context 7, which was never asked for
"""
import socket
import struct
import sys

what, host, port, calling, called = sys.argv[1:6]
VERIFICATION = b"1.2.840.10008.1.1"


def item(kind, body):
    return struct.pack(">BBH", kind, 0, len(body)) + body


def pdu(kind, body):
    return struct.pack(">BBI", kind, 0, len(body)) + body


def request(classes):
    contexts = b"".join(
        item(0x20, struct.pack(">BBBB", 2 * i + 1, 0, 0, 0) + item(0x30, uid) + item(0x40, b"1.2.840.10008.1.2"))
        for i, uid in enumerate(classes)
    )
    user = item(0x50, item(0x51, struct.pack(">I", 16384)) + item(0x52, b"2.25.7709999") + item(0x55, b"BY_HAND"))
    titles = called.ljust(16).encode() + calling.ljust(16).encode() + bytes(32)
    return pdu(1, struct.pack(">HH", 1, 0) + titles + item(0x10, b"1.2.840.10008.3.1.1.1") + contexts + user)


def element(number, value):
    return struct.pack("<HHI", 0, number, len(value)) + value


def echo(context):
    rest = element(0x0002, VERIFICATION + b"\0") + element(0x0100, struct.pack("<H", 0x30))
    rest += element(0x0110, struct.pack("<H", 1)) + element(0x0800, struct.pack("<H", 0x0101))
    command = element(0, struct.pack("<I", len(rest))) + rest
    return pdu(4, struct.pack(">IBB", len(command) + 2, context, 3) + command)


storage = [b"1.2.840.10008.5.1.4.1.1." + n for n in
           [b"1", b"1.1", b"1.1.1", b"1.2", b"1.2.1", b"1.3", b"1.3.1", b"2", b"2.1", b"3.1", b"4", b"4.1", b"4.2", b"6.1", b"6.2",
            b"7", b"7.1", b"7.2", b"7.3", b"7.4", b"9.1.1", b"9.1.2", b"9.1.3", b"9.2.1", b"9.3.1", b"9.4.1", b"11.1", b"11.2",
            b"11.3", b"11.4", b"12.1", b"12.1.1", b"12.2", b"12.2.1", b"13.1.1", b"13.1.2", b"13.1.3", b"20", b"30", b"66", b"66.1",
            b"66.2", b"66.3", b"66.4", b"66.5", b"67", b"68.1", b"68.2", b"77.1.1", b"77.1.1.1", b"77.1.2", b"77.1.2.1", b"77.1.3",
            b"77.1.4", b"77.1.4.1", b"77.1.5.1", b"77.1.5.2", b"77.1.5.3", b"77.1.5.4", b"77.1.6", b"78.1", b"78.2", b"78.3", b"78.4",
            b"78.5", b"78.6", b"78.7", b"78.8", b"79.1", b"80.1", b"81.1", b"88.11", b"88.22", b"88.33", b"88.34", b"88.40", b"88.50",
            b"88.59", b"88.65", b"88.67", b"88.68", b"88.69", b"88.70", b"88.71", b"104.1", b"104.2", b"128", b"128.1", b"129", b"130",
            b"131", b"481.1", b"481.2", b"481.3", b"481.4", b"481.5", b"481.6", b"481.7", b"481.8", b"481.9"]]

with socket.create_connection((host, int(port)), timeout=20) as peer:
    peer.sendall(request(storage if what == "probe" else [VERIFICATION]))
    peer.recv(65536)
    if what == "probe":
        peer.sendall(pdu(5, bytes(4)))
    elif what == "unknown":
        peer.sendall(pdu(0x0B, bytes(4)))
    elif what == "overrun":
        peer.sendall(pdu(4, struct.pack(">IBB", 4000, 1, 3) + bytes(40)))
    else:
        peer.sendall(echo(7))
    peer.recv(65536)
