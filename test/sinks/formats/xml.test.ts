// Proves that elements are well-formed XML in ASCII, and that texts come back from a strict reader.
import { expect, it } from 'vitest';
import { visible } from '../../../src/sinks/formats/visible.ts';
import { xml, xmlText } from '../../../src/sinks/formats/xml.ts';
import { hostile, hostileTexts } from '../../support/out-messages.ts';
import { parseXml } from '../../support/xml-parser.ts';

it('an element without content closes itself, and leaves null out', () => {
  expect(xml('a', { b: '1', c: null })).toBe('<a b="1"/>');
  expect(xml('a', {}, [xml('b', {}), 'text'])).toBe('<a><b/>text</a>');
});

it.each([...hostile.map(([, title]) => title), ...hostileTexts.map(visible)])('%j comes back', (text) => {
  const written = `<?xml version="1.0" encoding="UTF-8"?>${xml('a', { b: text }, [xmlText(text)])}`;
  expect(parseXml(written)).toEqual({ name: 'a', attributes: { b: text }, children: [], text });
});
