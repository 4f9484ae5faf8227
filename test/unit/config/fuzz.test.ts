import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';

import { parseConfig } from '../../../src/config/index.ts';
import { readCode } from '../../../src/config/init/code-facts.ts';
import { InputError } from '../../../src/contracts/errors.ts';
import { configText } from './support.ts';

/** Either a config or an InputError with a position for every problem; anything else is a bug. */
function survives(content: string | Uint8Array): void {
  try {
    parseConfig(content, 'slipway.yaml');
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    for (const problem of (error as InputError).problems) {
      expect(problem.message).not.toMatch(/undefined|\[object|NaN|Invalid input|invalid_union/);
      if (problem.line !== undefined) expect(problem.line).toBeGreaterThan(0);
    }
  }
}

const fixtures = join(import.meta.dirname, 'fixtures');
const texts = readdirSync(fixtures)
  .filter((file) => file.endsWith('.yaml') && file !== 'alias-bomb.yaml')
  .map((file) => readFileSync(join(fixtures, file), 'utf8'));

describe('parseConfig on anything', () => {
  it('survives any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), survives), { numRuns: 400 });
  });

  it('survives any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 100 }), survives), { numRuns: 150 });
  });

  it('survives any data written as YAML', () => {
    const keys = fc.constantFrom(
      'version',
      'models',
      'defaults',
      'churn',
      'data',
      'split',
      'train',
      'evaluate',
      'metrics',
      'gates',
      'stages',
      'registry',
      '<<',
      'x',
    );
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 6 },
        fc.constantFrom(null, 1, 'binary', true, 0.2, 'roc_auc', '2h', '20%', '', NaN),
        fc.string({ maxLength: 8 }),
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(keys, tie('tree'), { maxKeys: 6 }),
      ),
    }));

    fc.assert(
      fc.property(tree, (value) => survives(stringify(value))),
      { numRuns: 300 },
    );
  });

  it('survives configs with any part replaced, cut out or doubled', () => {
    const text = fc.constantFrom(configText(), ...texts);
    const piece = fc.constantFrom(
      '',
      ': ',
      '{',
      ']',
      '\n',
      '\t',
      '- ',
      '&a ',
      '*a',
      '"',
      '#',
      '|',
      '<<: *a',
      'null',
      '!!binary',
      '\u0000',
      '%',
    );

    fc.assert(
      fc.property(text, fc.nat(), fc.nat(60), piece, (whole, at, length, inserted) => {
        const start = whole.length === 0 ? 0 : at % whole.length;
        survives(whole.slice(0, start) + inserted + whole.slice(start + length));
      }),
      { numRuns: 300 },
    );
  });
});

describe('reading source code', () => {
  it.each([
    ['words', 'x'],
    ['blanks', ' '],
    ['dotted words', 'x.'],
    ['quotes', '"'],
    ['assignments', 'y ='],
    ['open calls', 'add_argument("a" '],
    ['words of base64', `${'x'.repeat(190)} `],
  ])('takes a megabyte of %s without stalling', (_, piece) => {
    const facts = readCode(`${piece.repeat(Math.ceil(1e6 / piece.length))}\nmodel.fit(x)`);

    expect(facts.fits).toBe(true);
  });
});
