import { execFileSync } from 'node:child_process';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { fillCommand } from '../../../src/training/template.ts';

const params = {
  alpha: 0.1,
  name: "it's me",
  flags: { deep: true, none: null },
  layers: [64, 32],
  'a.b': 'dotted',
};
const fill = (command: string): string => fillCommand(command, { params }, 'train.run');

function problemsOf(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return (error as { problems: unknown }).problems;
  }
}

describe('fillCommand', () => {
  test.each([
    ['--alpha {params.alpha}', '--alpha 0.1'],
    ['--name {params.name}', `--name 'it'\\''s me'`],
    ['--name "{params.name}"', `--name "it's me"`],
    [`--name '{params.name}'`, `--name 'it'\\''s me'`],
    ['{params.flags.deep} {params.flags.none}', 'true null'],
    ['{params.layers.1} {params.layers}', `32 '[64,32]'`],
    ['{params.a.b}', 'dotted'],
    ["awk '{print $1}' {a,b} ${HOME}", "awk '{print $1}' {a,b} ${HOME}"],
    ["# don't\necho {params.name}", `# don't\necho 'it'\\''s me'`],
  ])('%s', (command, expected) => {
    expect(fill(command)).toBe(expected);
  });

  test('all missing parameters are told at once, with the nearest', () => {
    expect(problemsOf(() => fill('{params.alpah} {params.flags.deeper} {params.alpah}'))).toMatchObject([
      {
        code: 'PARAM_MISSING',
        message: 'train.run: {params.alpah} is in no params file',
        hint: expect.stringContaining('{params.alpha}') as string,
      },
      { code: 'PARAM_MISSING', hint: expect.stringContaining('{params.flags.deep}') as string },
    ]);
  });

  test('a name of the object’s prototype is no parameter', () => {
    expect(problemsOf(() => fill('{params.constructor}'))).toMatchObject([{ code: 'PARAM_MISSING' }]);
  });

  test('whatever a value holds, the shell sees it as one word', () => {
    const value = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0') && text.isWellFormed());
    fc.assert(
      fc.property(value, (text) => {
        const command = fillCommand(
          `printf '%s|' {params.x} "{params.x}" '{params.x}'`,
          { params: { x: text } },
          'run',
        );

        expect(execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' })).toBe(
          `${text}|${text}|${text}|`,
        );
      }),
      { numRuns: 40 },
    );
  });
});
