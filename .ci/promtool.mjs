// Before the tests: promtool, to check alert rules and metrics. It comes with Prometheus, which is a service: its
// package is unpacked into a folder of the cache, and nothing of it is installed or started.
import { unpack } from './apt.mjs';

await unpack('prometheus', 'usr/bin/promtool', () => ['prometheus']);
