import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { walkPickle } from '../../../../src/formats/identify/pickle.ts';
import type { PickleWalk } from '../../../../src/formats/identify/pickle.ts';
import { MALICIOUS_PICKLES } from './pickles.ts';

function walk(text: string, size?: number): PickleWalk {
  const bytes = Buffer.from(text, 'latin1');
  return walkPickle(bytes, size ?? bytes.length);
}

describe('walking a pickle', () => {
  it.each([...MALICIOUS_PICKLES])('sees the code of: %s', (_, bytes) => {
    expect(walkPickle(bytes, bytes.length)).toMatchObject({ end: 'code', imports: true });
  });

  it.each<[string, string, number | null]>([
    ['None', 'N.', null],
    ['numbers of protocol 0', '(lp0\nI1\naF2.5\naL3L\naI01\na.', null],
    ['a dictionary of protocol 0', "(dp0\nS'a'\np1\nI1\ns.", null],
    ['texts of protocol 2', '\x80\x02]q\x00(X\x01\0\0\0aq\x01X\x01\0\0\0bq\x02e.', 2],
    ['tuples, sets and bytes of protocol 4', '\x80\x04(K\x01K\x02\x86C\x01a\x8f(K\x01\x90t.', 4],
    ['a bytearray of protocol 5', '\x80\x05\x96\x02\0\0\0\0\0\0\0ab.', 5],
    ['a mark taken back by POP', '(0N.', null],
  ])('knows data when it sees it: %s', (_, text, protocol) => {
    expect(walk(text)).toEqual({ end: 'data', imports: false, protocol });
  });

  it.each([
    ['text', 'hello'],
    ['an empty stack', 'R.'],
    ['a stop with nothing to give', '.'],
    ['too few arguments', 'NR.'],
    ['no mark', 'Nt.'],
    ['an entry below the mark', 'N(R.'],
    ['a list that is missing', '(Ne.'],
    ['a length beyond the file', 'X\xff\xff\0\0a'],
    ['a length of 2^64', '\x8d\xff\xff\xff\xff\xff\xff\xff\xff'],
    ['a text that is not quoted', 'Sa\n.'],
    ['a number that is none', 'I1,2\n.'],
    ['an import of what nothing is called', 'ca b\nc,d\n.'],
    ['an import that is cut off', 'cos\n'],
    ['nothing', ''],
  ])('stops where the machine would: %s', (_, text) => {
    expect(walk(text).end).toBe('none');
  });

  it('says so when the bytes at hand end before the pickle does', () => {
    expect(walk(`V${'x'.repeat(100)}`, 1000).end).toBe('open');
    expect(walk('X\xff\0\0\0a', 1000).end).toBe('open');
    expect(walk('cos\nsyst', 1000).end).toBe('open');
    expect(walk('N', 1000).end).toBe('open');
  });

  it('remembers an import although nothing is called', () => {
    expect(walk('cos\nsystem\n\xff')).toEqual({ end: 'none', imports: true, protocol: null });
    expect(walk('ios\nsystem\n.')).toMatchObject({ imports: true });
  });

  it('ends on any bytes', () => {
    const opcode = fc.constantFrom(
      ...Array.from('(.012FILNSVPcigpqrhjKMJGTUXBCQRboasedlut})]'),
      '\x80',
      '\x93',
      '\x95',
      '\n',
      'os',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(opcode).map((list) => list.join('')),
          fc.string({ unit: 'binary' }),
        ),
        (text) => {
          const { end, imports } = walk(text);
          expect(end === 'code' ? imports : true).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
