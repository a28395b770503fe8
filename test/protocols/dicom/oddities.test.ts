// Proves which values are told for a path, a program or another type than they say, and which healthy ones near them
// are not.
import { describe, expect, it } from 'vitest';
import {
  documentForm,
  formsOfMimeType,
  Oddities,
  pathWords,
  pathWordsOf,
  programWords,
} from '../../../src/protocols/dicom/oddities.ts';

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const path = (text: string, uid = false): string | null => pathWords(bytesOf(`xx${text}yy`), 2, 2 + text.length, uid);

describe('an identifier', () => {
  it.each([
    ['../../etc/passwd', 'path traversal'],
    ['..\\..\\windows', 'path traversal'],
    ['a/../b', 'path traversal'],
    ['..', 'path traversal'],
    ['/etc/passwd', 'path from the root'],
    ['C:\\temp', 'path from the root'],
    ['1`id`', 'shell characters'],
    ['1$(id)', 'shell characters'],
    ['1; rm -rf x', 'shell characters'],
    ['1|nc 10.0.0.1', 'shell characters'],
    ['a && b', 'shell characters'],
    ['<script>x', 'markup'],
  ])('%s is told', (text, words) => {
    expect(path(text)).toBe(words);
    expect(pathWordsOf(text, false)).toBe(words);
  });

  it.each([
    '2026/1234',
    '760101/0123',
    'A.12..7',
    'M&M 12',
    '12;A',
    '<none>',
    'P|1',
    '12:30',
    'O.2^B',
    "D'ARCY",
    '',
    '/7',
    '*/*',
  ])('%s is healthy', (text) => expect(path(text)).toBeNull());
});

describe('a UID', () => {
  it.each([
    ['1.2/3', 'path separator'],
    ['../1.2', 'path traversal'],
    ['1.2;3', 'shell characters'],
    ['1.2|x', 'shell characters'],
    ["1.2'", 'shell characters'],
  ])('%s is told', (text, words) => expect(path(text, true)).toBe(words));

  it.each(['1.2.840.10008.1.2', '1.2\0', '1.2..3', '1.2\\1.3', '1.2.*', '1.2.x', '1.2 ', ''])('%s is not', (text) =>
    expect(path(text, true)).toBeNull(),
  );
});

/** A Windows program as its loader wants it. */
function portableExecutable(stub = '', at = 0x80): Uint8Array {
  const bytes = new Uint8Array(256);
  bytes.set(bytesOf('MZ'), 0);
  bytes[0x3c] = at & 0xff;
  bytes[0x3d] = at >> 8;
  bytes.set(bytesOf(stub), 0x4e);
  if (at < 200) bytes.set(bytesOf('PE\0\0'), at);
  return bytes;
}

const zip = (name: string): Uint8Array => {
  const bytes = new Uint8Array(64);
  bytes.set(bytesOf('PK\x03\x04\x14\0\0\0\x08\0'), 0);
  bytes[26] = name.length;
  bytes.set(bytesOf(name), 30);
  return bytes;
};

const padded = (text: string): Uint8Array => bytesOf(text.padEnd(64, '\0'));

describe('the beginning of a value', () => {
  it.each<[string, Uint8Array, string]>([
    ['a Windows program', portableExecutable(), 'Windows program'],
    [
      'one whose header is far',
      portableExecutable('This program cannot be run in DOS mode.', 0x800),
      'Windows program',
    ],
    ['ELF', padded('\x7fELF\x02\x01\x01'), 'ELF program'],
    ['Mach-O', padded('\xcf\xfa\xed\xfe\x07\0\0\x01'), 'Mach-O program'],
    ['Mach-O, the other order', padded('\xfe\xed\xfa\xce\0\0\0\x12'), 'Mach-O program'],
    ['a Java class', padded('\xca\xfe\xba\xbe\0\0\0\x34'), 'Mach-O program or Java class'],
    ['a shell script', bytesOf('#!/bin/sh\necho hello there\n'), 'script'],
    ['a page that runs', bytesOf(' \n<script>alert(1)</script>'), 'script'],
    ['PHP', bytesOf('<?php system($_GET[0]); ?>'), 'script'],
    ['an archive of a program', zip('setup.exe'), 'archive of a program'],
    ['a Java archive', zip('META-INF/MANIFEST.MF'), 'archive of a program'],
  ])('%s is told', (_, bytes, words) => expect(programWords(bytes, 0, bytes.length)).toBe(words));

  it.each<[string, Uint8Array]>([
    ['MZ by chance', padded('MZ\x01\x02\x03')],
    ['MZ with a header that is none', portableExecutable('', 0x400)],
    ['a short value', bytesOf('\x7fELF\x02\x01\x01')],
    ['ELF of no class', padded('\x7fELF\x09\x01\x01')],
    ['Mach-O of no processor', padded('\xcf\xfa\xed\xfe\x63')],
    ['CAFEBABE with nonsense', padded('\xca\xfe\xba\xbe\x7f\x01\x02\x03')],
    ['a vendor archive', zip('series/0001.dat')],
    ['XML', bytesOf('<?xml version="1.0"?><a/>')],
    ['text with a hash', bytesOf('#! not a path at all')],
    ['zeros', new Uint8Array(64)],
  ])('%s is not', (_, bytes) => expect(programWords(bytes, 0, bytes.length)).toBeNull());

  it('is looked at where it lies', () => {
    const bytes = new Uint8Array(300);
    bytes.set(portableExecutable(), 20);
    expect(programWords(bytes, 20, 276)).toBe('Windows program');
    expect(programWords(bytes, 19, 276)).toBeNull();
  });
});

describe('a document', () => {
  const stl = new Uint8Array(84 + 100);
  stl[80] = 2;
  it.each<[string, Uint8Array, string]>([
    ['PDF', bytesOf('%PDF-1.4\n'), 'PDF'],
    ['PDF behind something', bytesOf('\xef\xbb\xbf\n%PDF-1.4\n'), 'PDF'],
    ['CDA', bytesOf('\xef\xbb\xbf<?xml version="1.0"?>'), 'XML or HTML'],
    ['CDA in UTF-16', bytesOf('\xff\xfe<\0?\0x\0'), 'XML or HTML'],
    ['binary STL', stl, 'STL'],
    ['STL in words', bytesOf('solid heart\n'), 'STL'],
    ['OBJ', bytesOf('# heart\nv 1 2 3\n\0'), 'text'],
    ['ZIP', bytesOf('PK\x03\x04....'), 'archive'],
    ['JPEG', bytesOf('\xff\xd8\xff\xe0'), 'JPEG'],
    ['PNG', bytesOf('\x89PNG\r\n\x1a\n'), 'PNG'],
    ['anything', bytesOf('\x01\x02\0\x03'), 'other'],
  ])('%s is recognised', (_, bytes, form) => expect(documentForm(bytes, 0, bytes.length, bytes.length)).toBe(form));

  it('is held against its MIME type, parameters and case aside', () => {
    expect(formsOfMimeType('Application/PDF; x=y')).toEqual({ name: 'application/pdf', forms: ['PDF'] });
    expect(formsOfMimeType('application/x-vendor')).toBeNull();
    expect(formsOfMimeType('constructor')).toBeNull();
  });
});

it('keeps each oddity once, and not more than eight', () => {
  const oddities = new Oddities();
  expect(oddities.all).toEqual([]);
  for (let i = 0; i < 40; i++) oddities.add('path', `what ${i >> 1}`, 'PatientID');
  expect(oddities.all).toHaveLength(8);
  oddities.clear();
  expect(oddities.all).toEqual([]);
});
