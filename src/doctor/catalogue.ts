import { address } from './address.ts';
import type { Check } from './check.ts';
import { clock } from './clock.ts';
import { configuration } from './configuration.ts';
import { disk } from './disk.ts';
import { drops } from './drops.ts';
import { engine } from './engine.ts';
import { evidence } from './evidence.ts';
import { interfaces } from './interface.ts';
import { metricsPort } from './metrics-port.ts';
import { mirror } from './mirror.ts';
import { offloads } from './offloads.ts';
import { policy } from './policy.ts';
import { rights } from './rights.ts';
import { ring } from './ring.ts';
import { sinks } from './sinks.ts';

/** What `dicomtap doctor` looks at, in the order in which it tells. */
export const checks: readonly Check[] = [
  configuration,
  policy,
  engine,
  rights,
  interfaces,
  address,
  offloads,
  ring,
  drops,
  mirror,
  clock,
  disk,
  evidence,
  sinks,
  metricsPort,
];
