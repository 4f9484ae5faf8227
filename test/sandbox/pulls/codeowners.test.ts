import { describe, expect, it } from 'vitest';

import { ownersOf, parseCodeowners } from '../../../sandbox/pulls/codeowners.ts';

const owners = (text: string, path: string) => ownersOf(parseCodeowners(text).rules, path);

describe('CODEOWNERS (docs: about code owners)', () => {
  it('takes the last rule that matches', () => {
    const text = '* @all\n*.js @scripts # inline\n/build/logs/ @logs\n';
    expect(owners(text, 'README.md')).toEqual(['@all']);
    expect(owners(text, 'deep/down/a.js')).toEqual(['@scripts']);
    expect(owners(text, 'build/logs/a.js')).toEqual(['@logs']);
    expect(owners(text, 'other/build/logs/a.txt')).toEqual(['@all']);
  });

  it('a rule without owners makes a path nobody’s', () => {
    const text = '/apps/ @writer\n/apps/free\n';
    expect(owners(text, 'apps/bound/x')).toEqual(['@writer']);
    expect(owners(text, 'apps/free')).toEqual([]);
    expect(owners(text, 'apps/free/x')).toEqual([]);
  });

  it('docs/* owns what is directly in docs and nothing further down', () => {
    expect(owners('docs/* @writer', 'docs/start.md')).toEqual(['@writer']);
    expect(owners('docs/* @writer', 'docs/more/start.md')).toEqual([]);
  });

  it('a name with a slash only at its end is a directory at any depth', () => {
    expect(owners('apps/ @writer', 'apps/a')).toEqual(['@writer']);
    expect(owners('apps/ @writer', 'deep/apps/more/a')).toEqual(['@writer']);
    expect(owners('apps/ @writer', 'apps')).toEqual([]);
    expect(owners('**/logs @writer', 'deep/logs/a')).toEqual(['@writer']);
    expect(owners('.github/ @writer', '.github/workflows/ci.yml')).toEqual(['@writer']);
  });

  it('reads teams, addresses and paths with spaces', () => {
    const { rules } = parseCodeowners('/with\\ space/a.txt @org/team somebody@example.com');
    expect(rules[0]?.owners).toEqual(['@org/team', 'somebody@example.com']);
    expect(rules[0]?.matches('with space/a.txt')).toBe(true);
  });

  it('leaves out a line that is not valid, and tells why', () => {
    const { rules, errors } = parseCodeowners('!no @writer\n[a-z] @writer\n*.md writer\n*.txt @writer\n');
    expect(rules.map(({ line }) => line)).toEqual([4]);
    expect(errors.map(({ line, kind, part }) => [line, kind, part])).toEqual([
      [1, 'Invalid pattern', '!no'],
      [2, 'Invalid pattern', '[a-z]'],
      [3, 'Invalid owner', 'writer'],
    ]);
  });
});
