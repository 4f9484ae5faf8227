import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { toData } from '../../../../sandbox/actions/expressions/data.ts';
import {
  conditionText,
  type Known,
  reduceExpression,
  reduceText,
} from '../../../../sandbox/actions/runner/reduce.ts';

const known: Known = {
  contexts: {
    matrix: { os: 'linux', list: ['a', 'b'], map: { a: 1 }, empty: '', no: false },
    github: { ref: 'refs/heads/main', title: 'run ${{ secrets.TOKEN }} now' },
    needs: { build: { result: 'success', outputs: { version: '1.2' } } },
  },
  later: ['steps', 'env', 'job'],
  laterMembers: ['github.workspace'],
};

function reduced(expression: string): string {
  const result = reduceExpression(expression, known);
  return result.known ? `= ${result.value.coerceString()}` : result.text;
}

describe('what is known before a job starts is written out, the rest is left', () => {
  it.each([
    ["matrix.os == 'linux'", '= true'],
    ["matrix.os == 'linux' && steps.a.outputs.b", 'steps.a.outputs.b'],
    ["matrix.os != 'linux' && steps.a.outputs.b", '= false'],
    ['steps.a.outputs.b || matrix.os', "steps.a.outputs.b || 'linux'"],
    ['matrix.no || matrix.empty || steps.a.outcome', 'steps.a.outcome'],
    ["format('{0}-{1}', matrix.os, steps.x.outputs.y)", "format('{0}-{1}', 'linux', steps.x.outputs.y)"],
    ['matrix.map[steps.a.outputs.k]', `fromJSON('{"a":1}')[steps.a.outputs.k]`],
    ['contains(matrix.list, env.X)', `contains(fromJSON('["a","b"]'), env.X)`],
    ["!(steps.a.outputs.b == 'x' || failure())", "!((steps.a.outputs.b == 'x') || failure())"],
    ['github.workspace', 'github.workspace'],
    ["github['workspace']", 'github.workspace'],
    ["hashFiles('**/package-lock.json')", "hashFiles('**/package-lock.json')"],
    ['steps.*.outcome', 'steps.*.outcome'],
    ["steps['a b'].outputs['c-d'][0]", "steps['a b'].outputs.c-d[0]"],
    ['needs.build.outputs.version', '= 1.2'],
    ['needs.none.outputs.version', '= '],
    ["case(matrix.os == 'linux', 'yes', 'no')", '= yes'],
    ["env.X == 'it''s'", "env.X == 'it''s'"],
    ['success() && !cancelled()', 'success() && (!cancelled())'],
  ])('%s → %s', (expression, expected) => {
    expect(reduced(expression)).toBe(expected);
  });

  it('what looks like an expression in a value stays text', () => {
    expect(reduceText('a ${{ github.title }} b', known)).toEqual({
      text: "${{ 'a run ${{ secrets.TOKEN }} now b' }}",
      value: 'a run ${{ secrets.TOKEN }} now b',
    });
    expect(reduceText('${{ github.title }}-${{ steps.a.outputs.b }}', known)).toEqual({
      text: "${{ 'run ${{ secrets.TOKEN }} now-' }}${{ steps.a.outputs.b }}",
    });
  });

  it('keeps the meaning: any expression gives the same before and after', () => {
    const leaf = fc.constantFrom(
      ...[
        "'x'",
        "''",
        '0',
        '2',
        'true',
        'false',
        'null',
        'matrix.os',
        'matrix.no',
        'matrix.empty',
        'matrix.list',
      ],
      ...['steps.a.outputs.b', 'steps.a.outputs.none', 'steps.a', 'env.X', 'needs.build.result'],
    );
    const { tree } = fc.letrec<{ tree: string }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        leaf,
        fc
          .tuple(tie('tree'), fc.constantFrom('&&', '||', '==', '!=', '<'), tie('tree'))
          .map((parts) => `(${parts.join(' ')})`),
        fc.tuple(tie('tree'), fc.constantFrom('&&', '||'), tie('tree')).map((parts) => parts.join(' ')),
        tie('tree').map((inner) => `!(${inner})`),
        fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `contains(${a}, ${b})`),
        tie('tree').map((inner) => `toJSON(${inner})`),
      ),
    }));
    const all = toData({
      ...known.contexts,
      steps: { a: { outputs: { b: 'linux' } } },
      env: { X: '0' },
    }) as data.Dictionary;
    const value = (expression: string): string => {
      const { tokens } = new Lexer(expression).lex();
      const parsed = new Parser(tokens, ['matrix', 'github', 'needs', 'steps', 'env'], []).parse();
      return JSON.stringify(new Evaluator(parsed, all).evaluate(), data.replacer);
    };
    fc.assert(
      fc.property(tree, (expression) => {
        const result = reduceExpression(expression, known);
        const after = result.known ? JSON.stringify(result.value, data.replacer) : value(result.text);
        expect(after).toBe(value(expression));
      }),
      { numRuns: 300 },
    );
  });
});

/** https://docs.github.com/actions/reference/workflows-and-actions/expressions#status-check-functions */
describe('the condition of a step', () => {
  it.each([
    [undefined, '${{ success() }}'],
    ['', '${{ success() }}'],
    ['steps.a.outputs.b', '${{ success() && steps.a.outputs.b }}'],
    ['${{ always() }}', '${{ always() }}'],
    ["always() && matrix.os == 'linux'", '${{ always() && true }}'],
    ["matrix.os == 'mac'", '${{ success() && false }}'],
    [false, '${{ success() && false }}'],
    ['${{ failure() }} && true', "${{ format('{0} && true', failure()) }}"],
  ])('%j → %s', (condition, expected) => {
    expect(conditionText(condition, known)).toBe(expected);
  });
});
