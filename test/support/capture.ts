import { type ByteOrder, concat, padding, u8, u16of, u32of } from './bytes.ts';
import { linkTypes } from './link.ts';

/** A packet of a capture file. */
export interface Frame {
  readonly bytes: Uint8Array;
  readonly seconds: number;
  readonly nanos: number;
  /** Bytes on the wire, where more than `bytes`. */
  readonly original?: number;
}

export interface PcapOptions {
  readonly order?: ByteOrder;
  readonly resolution?: 'micros' | 'nanos';
  readonly snapLength?: number;
  readonly linkType?: number;
}

/** A classic pcap file: 24 bytes of header, then 16 bytes and the packet, each. */
export function pcap(frames: readonly Frame[], options: PcapOptions = {}): Uint8Array {
  const order = options.order ?? 'little';
  const nanos = options.resolution === 'nanos';
  const snapLength = options.snapLength ?? 262_144;
  const u16 = (value: number) => u16of(order, value);
  const u32 = (value: number) => u32of(order, value);
  const magic = nanos ? 0xa1b23c4d : 0xa1b2c3d4;
  const linkType = options.linkType ?? linkTypes.ethernet;
  const head = concat(u32(magic), u16(2), u16(4), u32(0), u32(0), u32(snapLength), u32(linkType));
  const records = frames.map((frame) => {
    const fraction = nanos ? frame.nanos : Math.floor(frame.nanos / 1000);
    const bytes = frame.bytes.subarray(0, snapLength);
    const original = frame.original ?? frame.bytes.length;
    return concat(u32(frame.seconds), u32(fraction), u32(bytes.length), u32(original), bytes);
  });
  return concat(head, ...records);
}

export type Block =
  | { readonly block: 'section'; readonly order?: ByteOrder }
  | InterfaceBlock
  | { readonly block: 'enhanced'; readonly frame: Frame; readonly interface?: number; readonly comment?: string }
  | { readonly block: 'simple'; readonly frame: Frame }
  | {
      readonly block: 'statistics';
      readonly interface?: number;
      /** Dropped by the interface, and by the operating system. */
      readonly interfaceDropped?: number;
      readonly systemDropped?: number;
    }
  | { readonly block: 'unknown'; readonly type: number; readonly body: Uint8Array };

interface InterfaceBlock {
  readonly block: 'interface';
  readonly linkType?: number;
  /** 0 is no limit. */
  readonly snapLength?: number;
  /** if_tsresol as written: 6 is µs, 9 is ns, 0x80 + n is 2^-n s. Left out: the option is not written (µs). */
  readonly resolution?: number;
  /** if_tsoffset: seconds added to every stamp. */
  readonly offsetSeconds?: number;
}

/** A pcapng file of these blocks; the first is a section. */
export function pcapng(blocks: readonly Block[]): Uint8Array {
  let order: ByteOrder = 'little';
  let interfaces: InterfaceBlock[] = [];
  const written = blocks.map((block) => {
    if (block.block === 'section') {
      order = block.order ?? 'little';
      interfaces = [];
    }
    if (block.block === 'interface') interfaces.push(block);
    return blockBytes(block, order, interfaces);
  });
  return concat(...written);
}

/** One section, one interface, one enhanced packet block for each frame. */
export function pcapngOf(
  frames: readonly Frame[],
  options: Omit<InterfaceBlock, 'block'> & { order?: ByteOrder } = {},
) {
  const { order = 'little', ...rest } = options;
  const packets = frames.map((frame) => ({ block: 'enhanced', frame }) as const);
  return pcapng([{ block: 'section', order }, { block: 'interface', ...rest }, ...packets]);
}

function blockBytes(block: Block, order: ByteOrder, interfaces: readonly InterfaceBlock[]): Uint8Array {
  const u16 = (value: number) => u16of(order, value);
  const u32 = (value: number) => u32of(order, value);
  switch (block.block) {
    case 'section':
      return framed(order, 0x0a0d0d0a, concat(u32(0x1a2b3c4d), u16(1), u16(0), u32(0xffffffff), u32(0xffffffff)));
    case 'interface':
      return framed(
        order,
        1,
        concat(
          u16(block.linkType ?? linkTypes.ethernet),
          u16(0),
          u32(block.snapLength ?? 0),
          interfaceOptions(block, order),
        ),
      );
    case 'enhanced': {
      const path = interfaces[block.interface ?? 0];
      const bytes = block.frame.bytes.subarray(0, path.snapLength || undefined);
      const ticks = ticksOf(block.frame, path);
      const high = Number(ticks >> 32n);
      const low = Number(ticks & 0xffffffffn);
      const original = block.frame.original ?? block.frame.bytes.length;
      const head = concat(u32(block.interface ?? 0), u32(high), u32(low), u32(bytes.length), u32(original));
      const comment = block.comment === undefined ? [] : [option(order, 1, new TextEncoder().encode(block.comment))];
      const options = comment.length === 0 ? [] : [...comment, option(order, 0, new Uint8Array(0))];
      return framed(order, 6, concat(head, bytes, padding(bytes.length, 4), ...options));
    }
    case 'simple': {
      const bytes = block.frame.bytes.subarray(0, interfaces[0].snapLength || undefined);
      return framed(order, 3, concat(u32(block.frame.original ?? block.frame.bytes.length), bytes));
    }
    case 'statistics': {
      const number = (value: number) => {
        const words = [u32(Math.floor(value / 2 ** 32)), u32(value)];
        return concat(...(order === 'big' ? words : words.reverse()));
      };
      const counters = [
        option(order, 4, number(1000)),
        ...(block.interfaceDropped === undefined ? [] : [option(order, 5, number(block.interfaceDropped))]),
        ...(block.systemDropped === undefined ? [] : [option(order, 7, number(block.systemDropped))]),
        option(order, 0, new Uint8Array(0)),
      ];
      return framed(order, 5, concat(u32(block.interface ?? 0), u32(0), u32(0), ...counters));
    }
    case 'unknown':
      return framed(order, block.type, block.body);
  }
}

/** Type, length, body padded to four bytes, length again. */
function framed(order: ByteOrder, type: number, body: Uint8Array): Uint8Array {
  const padded = concat(body, padding(body.length, 4));
  const length = u32of(order, padded.length + 12);
  return concat(u32of(order, type), length, padded, length);
}

function interfaceOptions(block: InterfaceBlock, order: ByteOrder): Uint8Array {
  const list: Uint8Array[] = [];
  if (block.resolution !== undefined) list.push(option(order, 9, u8(block.resolution)));
  if (block.offsetSeconds !== undefined) {
    const seconds = [u32of(order, Math.floor(block.offsetSeconds / 2 ** 32)), u32of(order, block.offsetSeconds)];
    list.push(option(order, 14, concat(...(order === 'big' ? seconds : seconds.reverse()))));
  }
  if (list.length > 0) list.push(option(order, 0, new Uint8Array(0)));
  return concat(...list);
}

function option(order: ByteOrder, code: number, value: Uint8Array): Uint8Array {
  return concat(u16of(order, code), u16of(order, value.length), value, padding(value.length, 4));
}

/** The stamp in units of the interface's resolution, rounded down. */
function ticksOf(frame: Frame, path: InterfaceBlock): bigint {
  const resolution = path.resolution ?? 6;
  const perSecond = resolution & 0x80 ? 2n ** BigInt(resolution & 0x7f) : 10n ** BigInt(resolution);
  const seconds = BigInt(frame.seconds - (path.offsetSeconds ?? 0));
  return seconds * perSecond + (BigInt(frame.nanos) * perSecond) / 1_000_000_000n;
}
