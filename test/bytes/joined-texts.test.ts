// Proves that two texts put together come out the same however often, apart from others, and that no mass of them is
// kept.
import { describe, expect, it } from 'vitest';
import { Joined } from '../../src/bytes/joined-texts.ts';

describe('joined texts', () => {
  it('are put together once for each two', () => {
    let made = 0;
    const joined = new Joined<number>((address, port) => {
      made++;
      return `${address}:${port}`;
    });
    const texts = [joined.of('10.0.0.1', 104), joined.of('10.0.0.1', 11112), joined.of('10.0.0.2', 104)];
    expect(texts).toEqual(['10.0.0.1:104', '10.0.0.1:11112', '10.0.0.2:104']);
    expect([joined.of('10.0.0.1', 104), joined.of('10.0.0.1', 11112), joined.of('10.0.0.2', 104)]).toEqual(texts);
    expect(made).toBe(3);
  });

  it('have a space between them where nothing else is said', () => {
    expect(new Joined().of('CT01', '10.0.0.1')).toBe('CT01 10.0.0.1');
  });

  it('begin anew when they are too many, and stay right', () => {
    let made = 0;
    const joined = new Joined((first, second) => {
      made++;
      return first + second;
    });
    for (let i = 0; i < 4096; i++) joined.of('a', String(i));
    expect(joined.of('a', '0')).toBe('a0');
    expect(made).toBe(4096);
    expect(joined.of('b', '0')).toBe('b0');
    expect(joined.of('a', '0')).toBe('a0');
    expect(made).toBe(4098);
  });
});
