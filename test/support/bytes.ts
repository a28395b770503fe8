/** Bytes for tests, made by name. Numbers are big-endian unless the name says otherwise. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Hexadecimal digits; white space does not count. */
export function hex(digits: string): Uint8Array {
  const dense = digits.replace(/\s+/g, '');
  if (dense.length % 2 !== 0 || /[^0-9a-fA-F]/.test(dense)) throw new Error(`not hexadecimal: ${digits.slice(0, 40)}`);
  return Uint8Array.from({ length: dense.length / 2 }, (_, i) => Number.parseInt(dense.slice(2 * i, 2 * i + 2), 16));
}

export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);
}

export function u8(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff);
}

export function u16(value: number): Uint8Array {
  return Uint8Array.of((value >>> 8) & 0xff, value & 0xff);
}

export function u32(value: number): Uint8Array {
  return Uint8Array.of((value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}

/** `length` bytes that count up from `first`: a payload in which every misplaced byte shows. */
export function counting(length: number, first = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (first + i) & 0xff);
}

export type ByteOrder = 'little' | 'big';

/** 16 and 32 bits in either byte order, and a block of them. */
export function u16of(order: ByteOrder, value: number): Uint8Array {
  return order === 'big' ? u16(value) : u16(value).reverse();
}

export function u32of(order: ByteOrder, value: number): Uint8Array {
  return order === 'big' ? u32(value) : u32(value).reverse();
}

/** Zero bytes that bring `length` to a multiple of `unit`. */
export function padding(length: number, unit: number): Uint8Array {
  return new Uint8Array((unit - (length % unit)) % unit);
}
