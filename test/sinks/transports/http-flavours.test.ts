// Proves the bodies that Splunk, Elasticsearch and webhooks get, and that their answers are read message by message.
import { describe, expect, it } from 'vitest';
import { testMessage } from '../../../src/sinks/own-words.ts';
import { type HttpSink, sinkOf } from '../../../src/sinks/settings.ts';
import { flavours } from '../../../src/sinks/transports/http-flavours.ts';
import { sensor } from '../../support/sinks.ts';

const message = testMessage(sensor, 'soc', 1_700_000_000_123_456);
const json = { message, text: '{"a":1}' };
const plain = { message, text: 'CEF:0|"x"' };
const sink = sinkOf('soc', { kind: 'http', flavour: 'hec', url: 'http://h', index: 'dicom' }) as HttpSink;

describe('bodies', () => {
  it('Splunk: an object a message, time in seconds', () => {
    expect(
      flavours.hec
        .body([json, plain], sink)
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      {
        time: '1700000000.123',
        host: 'sensor',
        source: 'dicomtap',
        sourcetype: 'dicomtap:json',
        index: 'dicom',
        event: { a: 1 },
      },
      {
        time: '1700000000.123',
        host: 'sensor',
        source: 'dicomtap',
        sourcetype: 'dicomtap:json',
        index: 'dicom',
        event: 'CEF:0|"x"',
      },
    ]);
  });

  it('Elasticsearch: an action and a document, the same id each time', () => {
    expect(flavours.elasticsearch.body([json], sink)).toBe(
      `{"create":{"_index":"dicom","_id":"${message.id}.1"}}\n{"a":1}\n`,
    );
  });

  it('webhook: a list', () => {
    expect(flavours.webhook.body([json, plain], sink)).toBe('[{"a":1},"CEF:0|\\"x\\""]');
  });
});

describe('answers', () => {
  it('Splunk: one invalid event is refused, the others come again', () => {
    const body = '{"text":"Invalid data format","code":6,"invalid-event-number":1}';
    const refused = 'Splunk answered "Invalid data format", code 6';
    expect(flavours.hec.verdicts({ status: 400, body }, 3)).toEqual(['later', { refused }, 'later']);
    expect(flavours.hec.verdicts({ status: 200, body: '{"text":"Success","code":0}' }, 2)).toEqual(['taken', 'taken']);
    expect(flavours.hec.verdicts({ status: 400, body: 'no JSON' }, 2)).toEqual(['alone', 'alone']);
  });

  it('Elasticsearch: item by item; what is there already was taken', () => {
    const items = [201, 409, 429, 503, 400].map((status) => ({
      create: { status, error: { type: 'why', reason: 'SECRET' } },
    }));
    const refused = 'Elasticsearch answered 400 why';
    const body = JSON.stringify({ errors: true, items });
    expect(flavours.elasticsearch.verdicts({ status: 200, body }, 6)).toEqual([
      'taken',
      'taken',
      'later',
      'later',
      { refused },
      'later',
    ]);
    expect(flavours.elasticsearch.verdicts({ status: 200, body: '{"errors":false}' }, 2)).toEqual(['taken', 'taken']);
    // An answer that was cut is none.
    expect(flavours.elasticsearch.verdicts({ status: 200, body: '{"errors":tr' }, 2)).toEqual(['later', 'later']);
  });

  it('webhook: of several nobody knows which was wrong', () => {
    expect(flavours.webhook.verdicts({ status: 204, body: '' }, 2)).toEqual(['taken', 'taken']);
    expect(flavours.webhook.verdicts({ status: 413, body: '' }, 2)).toEqual(['alone', 'alone']);
    expect(flavours.webhook.verdicts({ status: 400, body: '' }, 1)).toEqual([
      { refused: 'the collector answered 400' },
    ]);
  });
});
