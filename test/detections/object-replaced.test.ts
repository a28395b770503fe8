// Proves: an object pushed again with another mark is said of its receiver; the same content, a retrieval, another
// syntax or receiver are not.
import { describe, expect, it } from 'vitest';
import { objectReplaced } from '../../src/detections/object-replaced.ts';
import type { History } from '../../src/model/history.ts';
import { findingsOf, sent, times } from '../support/events.ts';
import { START } from '../support/subject.ts';

const object = { instanceHash: 'i1', transferSyntax: '1.2.840.10008.1.2.1', contentMark: '900-0000aaaa' };
const changed = { ...object, contentMark: '900-0000bbbb' };
const first = sent({ at: 0 }, 'p1', {}, object);

describe('fires', () => {
  it('medium, of the receiver, with the association that stored it first', () => {
    const findings = findingsOf(objectReplaced, [first, sent({ at: 60, associationId: 'a2' }, 'p1', {}, changed)]);
    expect(findings).toMatchObject([{ severity: 'medium', key: '["10.20.5.10"]', time: START + 60e6 }]);
    expect(findings[0].summary).toBe(
      'ARCHIVE (10.20.5.10) was sent 1 object of 1 patient again with other content under the same SOP Instance UID ' +
        'within a second, from CT01 (10.20.1.11).',
    );
    expect(findings[0].evidence['firstStoredIn']).toEqual(['aaaaaaaaaaaaaaaaaaaaaaaaaaa']);
  });

  it('again when it is changed back, in one finding of the hour', () => {
    const back = [sent({ at: 60 }, 'p1', {}, changed), sent({ at: 90 }, 'p1', {}, object)];
    expect(findingsOf(objectReplaced, [first, ...back])).toMatchObject([{ evidence: { events: 2, objects: 1 } }]);
  });

  it('for another length, from another sender', () => {
    const shorter = sent({ at: 9, clientAddress: '10.20.6.6' }, 'p1', {}, { ...object, contentMark: '898-0000aaaa' });
    expect(findingsOf(objectReplaced, [first, shorter])).toHaveLength(1);
  });

  it('by what history knows, asked for before the object', () => {
    const asked: unknown[] = [];
    const history: Partial<History> = {
      objectStored: (...question) => {
        asked.push(question);
        return { contentMark: '900-0000cccc', associationId: 'before', time: START - 9e6 };
      },
    };
    const findings = findingsOf(objectReplaced, [first, sent({ at: 1 }, 'p1', {}, object)], undefined, history);
    expect(findings).toMatchObject([{ evidence: { firstStoredIn: ['before'], events: 1 } }]);
    expect(asked).toEqual([
      ['i1', object.transferSyntax, '10.20.5.10', { since: START - 30 * 86_400e6, before: START }],
    ]);
  });
});

describe('stays silent', () => {
  it.each([
    ['for the same content again', sent({ at: 9 }, 'p1', {}, object)],
    ['for another object', sent({ at: 9 }, 'p1', {}, { ...changed, instanceHash: 'i2' })],
    ['for another transfer syntax', sent({ at: 9 }, 'p1', {}, { ...changed, transferSyntax: '1.2.840.10008.1.2' })],
    ['for another receiver', sent({ at: 9, serverAddress: '10.20.5.11' }, 'p1', {}, changed)],
    ['for a C-GET', sent({ at: 9 }, 'p1', { requester: 'server' }, changed)],
    ['for what a C-MOVE caused', sent({ at: 9 }, 'p1', { moveOriginator: 'WS1' }, changed)],
    ['after a month', sent({ at: 40 * 86_400 }, 'p1', {}, changed)],
  ])('%s', (_, event) => {
    expect(findingsOf(objectReplaced, [first, event])).toEqual([]);
  });

  it('while an archive corrects and forwards a thousand objects', () => {
    const forwarded = times(1000, (i) => sent({ at: i / 10 }, 'p1', {}, { ...object, instanceHash: `i${i}` }));
    expect(findingsOf(objectReplaced, forwarded)).toEqual([]);
  });
});

describe('with loss', () => {
  it('an object with a hole has no mark, and is neither first nor second', () => {
    const holed = sent({ at: 5, partial: true }, 'p1', {}, { ...object, contentMark: null });
    expect(findingsOf(objectReplaced, [first, holed, sent({ at: 9 }, 'p1', {}, object)])).toEqual([]);
    expect(findingsOf(objectReplaced, [holed, sent({ at: 9 }, 'p1', {}, changed)])).toEqual([]);
  });
});
