import type { TableColumn } from './table.ts';

interface HasEnds {
  readonly clientAddress: string;
  readonly clientPort: number;
  readonly serverAddress: string;
  readonly serverPort: number;
  readonly callingAe: string | null;
  readonly calledAe: string | null;
}

/** Columns of who speaks to whom: AE titles stay where the terminal is narrow, addresses go. */
export function ends<Row extends HasEnds>(): TableColumn<Row>[] {
  return [
    { title: 'CALLING', text: ({ callingAe }) => callingAe ?? unseen },
    { title: 'CALLED', text: ({ calledAe }) => calledAe ?? unseen },
    { title: 'CLIENT', text: ({ clientAddress, clientPort }) => endpointText(clientAddress, clientPort), drop: 1 },
    { title: 'SERVER', text: ({ serverAddress, serverPort }) => endpointText(serverAddress, serverPort), drop: 1 },
  ];
}

/** `10.0.0.1:104`, `[2001:db8::1]:104`; `-` where there is none. */
export function endpointText(address: string, port: number | null): string {
  if (address === '') return unseen;
  if (port === null) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

export const unseen = '-';
