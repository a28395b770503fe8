/** An address and a port to listen on. */
export interface Listen {
  readonly address: string;
  readonly port: number;
}

/** Whether only this machine can reach it. Names are not looked up: `localhost` is the one that is known. */
export function isLoopback({ address }: Listen): boolean {
  return /^127\.\d+\.\d+\.\d+$/.test(address) || /^(0*:)+0*1$/.test(address) || address === 'localhost';
}

/** `127.0.0.1:9741` or `[::1]:9741`; null for any other text. Port 0 is one that the system chooses. */
export function parseListen(text: string): Listen | null {
  const [, inBrackets, plain, port] = /^(?:\[([0-9a-fA-F:.]+)\]|([\w.-]+)):(\d{1,5})$/.exec(text) ?? [];
  const address = inBrackets ?? plain;
  if (address === undefined || Number(port) > 65_535) return null;
  return { address, port: Number(port) };
}
