import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

import { InputError } from '../../../../src/contracts/errors.ts';
import { choice, flag, lines, list, readInputs, text, whole } from '../../../../src/entry/actions/inputs.ts';

const schema = z.object({
  model: text,
  'dry-run': flag.default(false),
  retries: whole(1).default(3),
  stages: list.default([]),
  patterns: lines.default([]),
  mode: choice(['fast', 'slow']).default('fast'),
});

/** Variables as a runner makes them of `with:`. */
const given = (inputs: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      value,
    ]),
  );

function problemsOf(inputs: Readonly<Record<string, string>>, renamed = {}): readonly string[] {
  try {
    readInputs(schema, given(inputs), renamed);
  } catch (error) {
    if (error instanceof InputError)
      return error.problems.map(({ message, hint = '' }) => `${message}; ${hint}`);
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('inputs', () => {
  test('are read as what they are declared as', () => {
    const inputs = {
      model: ' churn ',
      'dry-run': 'true',
      retries: '12',
      stages: 'a, b\nc',
      patterns: 'x,y\n z ',
      mode: 'slow',
    };

    expect(readInputs(schema, { ...given(inputs), PATH: '/bin' })).toEqual({
      model: 'churn',
      'dry-run': true,
      retries: 12,
      stages: ['a', 'b', 'c'],
      patterns: ['x,y', 'z'],
      mode: 'slow',
    });
  });

  test('that are empty count as not given: a default stands, a required one is missing', () => {
    expect(readInputs(schema, given({ model: 'churn', retries: '', mode: '  ' }))).toMatchObject({
      retries: 3,
      mode: 'fast',
    });
    expect(problemsOf({ model: '' })).toEqual([expect.stringContaining('input "model": it is required')]);
  });

  test('are refused all at once, each with what was found', () => {
    const problems = problemsOf({ 'dry-run': 'yes', retries: '0', mode: 'quick', modle: 'x' });

    expect(problems).toEqual([
      expect.stringContaining('there is no input "modle"; did you mean "model"?'),
      expect.stringContaining('input "model": it is required'),
      expect.stringContaining('input "dry-run": expected true or false, found "yes"'),
      expect.stringContaining('input "retries": expected a whole number from 1, found "0"'),
      expect.stringContaining('input "mode": expected fast, slow, found "quick"'),
    ]);
  });

  test('that were renamed are refused with today’s name', () => {
    expect(problemsOf({ model: 'm', name: 'x' }, { name: 'model' })).toEqual([
      expect.stringContaining('there is no input "name"; it is called "model" now'),
    ]);
  });

  test('that are unknown may be a variable of the workflow: that is said too', () => {
    expect(problemsOf({ model: 'm', dir: 'x' })).toEqual([expect.stringContaining('INPUT_DIR')]);
  });

  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('have no name like %s', (name) => {
    expect(problemsOf({ model: 'm', [name]: 'x' })).toEqual([expect.stringContaining('there is no input')]);
  });

  test('that are text come through unchanged but for space around them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (value) => {
        fc.pre(value.trim() !== '');
        expect(readInputs(schema, given({ model: value }))).toMatchObject({ model: value.trim() });
      }),
    );
  });

  test('are numbers by all of their characters, or not at all', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('0', '1', '7', '.', '-', '+', 'e', 'x', ' '),
          minLength: 1,
          maxLength: 8,
        }),
        (value) => {
          const number = whole(0).safeParse(value.trim());
          expect(number.success).toBe(/^\d+$/u.test(value.trim()));
          if (number.success) expect(number.data).toBe(Number(value.trim()));
        },
      ),
    );
  });

  test('are quoted shortly in what is said of them', () => {
    const [problem = ''] = problemsOf({ model: 'm', mode: 'x'.repeat(5000) });

    expect(problem.length).toBeLessThan(300);
  });
});
