# A print session with every normalized service: N-GET printer, N-CREATE session and film box, N-SET image box,
# N-ACTION print, N-DELETE film box and session, all in the context of the print meta SOP class.
peers
serve printer dimse-scp 11112 node peers/scp.cjs --port 11112
rolling
run workstation dimse-scu node peers/scu.cjs print 10.20.30.60 11112 VIEWER PRINTER
