import { captureDefaults } from '../../capture/live/capture-options.ts';
import type { LiveSource } from '../../capture/live/live-source.ts';
import { listenAtSocket, listenToInterface } from '../../capture/live/stream-listener.ts';
import type { InterfaceSettings } from '../../settings/live-settings.ts';

/** Begins to listen: at the socket of a capture unit where there is one, else with a helper of our own. */
export function openSource({ name, engine, ringMib, filter, socket }: InterfaceSettings): LiveSource {
  if (socket !== null) return listenAtSocket(name, socket);
  return listenToInterface({ ...captureDefaults, interface: name, engine, bufferMiB: ringMib, filter });
}
