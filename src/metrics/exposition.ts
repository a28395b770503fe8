import type { Counter, Gauge, Registry } from 'prom-client';
import type { LiveStatus } from '../model/live-status.ts';
import { type Family, families } from './tables/families.ts';

/** Numbers as Prometheus reads them: text format 0.0.4. */
export interface Exposition {
  readonly contentType: string;
  /** All metrics of this moment. */
  text(status: LiveStatus): Promise<string>;
}

/** Loads the library, which only who is asked for metrics needs. */
export async function makeExposition(): Promise<Exposition> {
  const { default: prometheus } = await import('prom-client');
  const registry: Registry = new prometheus.Registry();
  const metrics = families.map((family) => [family, metricOf(family)] as const);

  function metricOf({ name, help, kind, labels }: Family): Counter | Gauge {
    const options = { name, help, labelNames: [...labels], registers: [registry] };
    return kind === 'counter' ? new prometheus.Counter(options) : new prometheus.Gauge(options);
  }

  return {
    contentType: registry.contentType,
    text: (status) => {
      for (const [family, metric] of metrics) fill(metric, family, status);
      return registry.metrics();
    },
  };
}

/** An interface or sink that is no longer there leaves none of its numbers. */
function fill(metric: Counter | Gauge, { labels, samples }: Family, status: LiveStatus): void {
  const all = samples(status);
  metric.reset();
  // A number without labels is 0 after that: what is absent must go.
  if (labels.length === 0 && all.length === 0) metric.remove();
  for (const [values, value] of all) {
    metric.inc(Object.fromEntries(labels.map((label, i) => [label, values[i]])), value);
  }
}
