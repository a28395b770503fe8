/** Host and port of an address; null when it is none. */
export function hostPort(address: string): { readonly host: string; readonly port: number } | null {
  const parts = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]/]+)):(\d{1,5})$/.exec(address);
  const port = Number(parts?.[3]);
  return parts === null || port < 1 || port > 65_535 ? null : { host: parts[1] ?? parts[2], port };
}
