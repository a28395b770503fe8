import { isLoopback } from '../settings/listen.ts';
import { type Check, ok, warning } from './check.ts';

/** Who may ask for metrics. */
export const metricsPort: Check = {
  slug: 'metrics',
  look: ({ settings }) => {
    const { metrics } = settings;
    if (metrics === null) return [ok(null, 'off')];
    const place = `${metrics.address} port ${metrics.port}`;
    if (isLoopback(metrics)) return [ok(null, `on ${place}, for this machine only`)];
    return [
      warning(
        null,
        `on ${place}: whoever reaches it may ask, without a password`,
        'A firewall, or metrics.listen: 127.0.0.1:9741',
      ),
    ];
  },
};
