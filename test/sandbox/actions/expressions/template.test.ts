import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExpressionFailure, Scope, statusNames } from '../../../../sandbox/actions/expressions/scope.ts';
import {
  evaluate,
  evaluateCondition,
  evaluateString,
  hasExpression,
  segments,
} from '../../../../sandbox/actions/expressions/template.ts';

const scope = new Scope({
  github: { ref: 'refs/heads/main', event: { issue: { labels: [{ name: 'bug' }, { name: 'help' }] } } },
  inputs: { debug: true, count: 3 },
  matrix: { os: 'linux' },
});
const status = (result: 'success' | 'failure' | 'cancelled') =>
  new Scope(
    { github: { ref: 'refs/heads/main' } },
    {
      success: () => result === 'success',
      failure: () => result === 'failure',
      cancelled: () => result === 'cancelled',
    },
  );

describe('text with expressions', () => {
  it('is cut at its expressions; quotes hide closing braces', () => {
    expect(segments("a ${{ '}}' }} b")).toEqual([
      { kind: 'text', text: 'a ' },
      { kind: 'expression', text: "'}}'" },
      { kind: 'text', text: ' b' },
    ]);
    expect(() => segments('${{ github.ref')).toThrow(ExpressionFailure);
  });

  it('keeps the type where the whole text is one expression', () => {
    expect(evaluate('${{ inputs.debug }}', scope)).toBe(true);
    expect(evaluate('${{ inputs.count }}', scope)).toBe(3);
    expect(evaluate('${{ fromJSON(\'{"a":[1,null]}\') }}', scope)).toEqual({ a: [1, null] });
  });

  it('becomes text where anything stands around it', () => {
    expect(evaluate('on ${{ github.ref }} ${{ inputs.debug }}', scope)).toBe('on refs/heads/main true');
    expect(evaluate(' ${{ inputs.count }}', scope)).toBe(' 3');
    expect(evaluate('x${{ null }}y', scope)).toBe('xy');
  });

  it('walks sequences and mappings, keys too', () => {
    expect(
      evaluate({ list: ['${{ matrix.os }}', 1], '${{ matrix.os }}': '${{ github.nothing }}' }, scope),
    ).toEqual({ list: ['linux', 1], linux: null });
  });

  it('merges a mapping under the insert directive', () => {
    expect(evaluate({ a: 1, '${{ insert }}': '${{ fromJSON(\'{"b":2}\') }}' }, scope)).toEqual({
      a: 1,
      b: 2,
    });
  });

  it('has filters, ignores case of names, knows case() and format()', () => {
    expect(evaluate("${{ contains(github.event.issue.labels.*.name, 'BUG') }}", scope)).toBe(true);
    expect(evaluate("${{ GitHub.REF == 'REFS/heads/MAIN' }}", scope)).toBe(true);
    expect(evaluate("${{ case(inputs.debug, 'a', 'b') }}${{ format('{{{0}}}', 1) }}", scope)).toBe('a{1}');
  });

  it('must be text where text is wanted', () => {
    expect(evaluateString('${{ inputs.count }}', scope)).toBe('3');
    expect(evaluateString(1.5, scope)).toBe('1.5');
    expect(evaluateString(null, scope)).toBe('');
    expect(() => evaluateString('${{ github.event }}', scope)).toThrow('A mapping was not expected');
  });

  it.each(['${{ nobody.x }}', '${{ }}', '${{ 1 + 1 }}', "${{ format('{1}', 'a') }}", '${{ success() }}'])(
    'refuses %s',
    (text) => {
      expect(() => evaluate(text, scope)).toThrow(ExpressionFailure);
    },
  );

  it('without an opening is itself, and is cut without loss (property)', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!text.includes('${{'));
        expect(hasExpression(text)).toBe(false);
        expect(evaluate(text, scope)).toBe(text);
        expect(
          segments(`${text}\${{ 1 }}`)
            .slice(0, -1)
            .map((piece) => piece.text)
            .join(''),
        ).toBe(text);
      }),
    );
  });
});

describe('conditions', () => {
  it.each([
    [undefined, 'success', true],
    [undefined, 'failure', false],
    ['', 'failure', false],
    ["github.ref == 'refs/heads/main'", 'success', true],
    ["github.ref == 'refs/heads/main'", 'failure', false],
    ["${{ github.ref == 'refs/heads/main' }}", 'failure', false],
    ['always()', 'cancelled', true],
    ['failure()', 'failure', true],
    ["failure() && github.ref == 'x'", 'failure', false],
    ['!cancelled()', 'failure', true],
    ['!cancelled()', 'cancelled', false],
    ['${{ cancelled() }}', 'cancelled', true],
    ["contains('always()', 'x')", 'failure', false],
    [true, 'success', true],
    [false, 'success', false],
    ['0', 'success', false],
    ["'text'", 'success', true],
  ])('%s after %s is %s', (condition, result, expected) => {
    expect(evaluateCondition(condition, status(result as 'success'))).toBe(expected);
  });

  it('text around an expression makes it a non-empty string, which is true', () => {
    expect(evaluateCondition("${{ github.ref }} == 'nothing'", status('success'))).toBe(true);
    expect(evaluateCondition("${{ github.ref }} == 'nothing'", status('failure'))).toBe(false);
  });

  it('status functions are found in calls, not in text', () => {
    expect(statusNames("contains('failure()', github.ref) && (Always() || !success())")).toEqual([
      'always',
      'success',
    ]);
  });
});
