"""Passes one connection on, and closes its own half in the same instant as it passes the A-RELEASE-RQ on.

python3 halfclose.py LISTEN-PORT HOST PORT
"""
import select
import socket
import sys

listen, host, port = sys.argv[1:4]
server = socket.create_server(("127.0.0.1", int(listen)))
while True:
    client, _ = server.accept()
    target = socket.create_connection((host, int(port)))
    target.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    opened = {client, target}
    while target in opened:
        for ready in select.select(opened, [], [])[0]:
            data = ready.recv(65536)
            if ready is client and data:
                target.sendall(data)
                if data[0] == 5 and len(data) == 10:
                    target.shutdown(socket.SHUT_WR)
            elif ready is target and data:
                client.sendall(data)
            else:
                opened.discard(ready)
    client.close()
    target.close()
