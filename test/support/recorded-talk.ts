/**
 * A shell script for a network of its own: `talk` to DCMTK's servers, given as command lines by port, over a loopback
 * interface, which tcpdump records to `a.pcap`. It begins when all of them answer.
 */
export function recordedTalk(servers: Readonly<Record<number, string>>, talk: string): string {
  const ports = Object.keys(servers);
  const answered = ports.map((port) => `echoscu -q 127.0.0.1 ${port} 2>echo.log`).join(' && ');
  const begun = Object.values(servers).map((server) => `${server} & servers="$servers $!"`);
  return `
ip link set lo up || exit 1
: >tcpdump.log
tcpdump -i lo -s 0 -B 65536 -U -w a.pcap ${ports.map((port) => `tcp port ${port}`).join(' or ')} 2>tcpdump.log & recorder=$!
${begun.join('\n')}
tries=0
until grep -q 'listening on' tcpdump.log && ${answered}; do
  tries=$((tries + 1)); [ $tries -lt 100 ] || exit 3; sleep 0.1
done
${talk}
# Until nothing more is written: the ring holds a block for a second.
size=-1; until [ "$size" = "$(wc -c <a.pcap)" ]; do size=$(wc -c <a.pcap); sleep 2.5; done
kill -INT $recorder; kill $servers; wait 2>/dev/null
exit 0
`;
}
