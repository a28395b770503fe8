import { captureDefaults } from '../../capture/live/capture-options.ts';
import { keptDefaults } from '../../capture/live/kept-capture.ts';
import type { LiveSource } from '../../capture/live/live-source.ts';
import { listenAtSocket, listenToInterface } from '../../capture/live/stream-listener.ts';
import type { InterfaceSettings } from '../../settings/live-settings.ts';

/**
 * Begins to listen: at the socket of a capture unit where there is one, else with a helper of our own. `group`: of who
 * this process will become, null where it stays who it is.
 */
export function openSource(
  { name, engine, ringMib, filter, socket }: InterfaceSettings,
  group: number | null = null,
): LiveSource {
  if (socket !== null) return listenAtSocket(name, socket);
  const options = { ...captureDefaults, interface: name, engine, bufferMiB: ringMib, filter };
  return listenToInterface(options, { ...keptDefaults, group });
}
