/**
 * Which refs a rule is for. Patterns are those of Ruby's File.fnmatch with FNM_PATHNAME, as GitHub documents:
 * https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/creating-rulesets-for-a-repository#using-fnmatch-syntax
 */
import type { RefCondition, RuleTarget } from '../state/rules.ts';

const compiled = new Map<string, RegExp>();
/** Patterns come from settings; a bound keeps a client that invents new ones from filling the memory. */
const MOST_COMPILED = 5000;

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** A bracket expression from just behind its `[`; undefined when it never closes. */
function bracket(pattern: string, from: number): { source: string; next: number } | undefined {
  let at = from;
  const negated = pattern[at] === '!' || pattern[at] === '^';
  if (negated) at++;
  let inner = '';
  for (; at < pattern.length; at++) {
    const char = pattern[at]!;
    if (char === ']' && inner !== '') return { source: `(?!/)[${negated ? '^' : ''}${inner}]`, next: at + 1 };
    if (char === '\\' && at + 1 < pattern.length) inner += `\\${pattern[++at]!}`;
    else if (char === '-' && inner !== '') inner += '-';
    else inner += literal(char);
  }
  return undefined;
}

function source(pattern: string): string {
  let regex = '';
  let at = 0;
  while (at < pattern.length) {
    const char = pattern[at]!;
    const starts = at === 0 || pattern[at - 1] === '/';
    if (starts && pattern.startsWith('**/', at)) {
      regex += '(?:(?!\\.)[^/]+/)*';
      at += 3;
    } else if (char === '*') {
      while (pattern[at] === '*') at++;
      regex += `${starts ? '(?!\\.)' : ''}[^/]*`;
    } else if (char === '?') {
      regex += `${starts ? '(?!\\.)' : ''}[^/]`;
      at++;
    } else if (char === '[') {
      const found = bracket(pattern, at + 1);
      regex += found?.source ?? '\\[';
      at = found?.next ?? at + 1;
    } else {
      const escaped = char === '\\' && at + 1 < pattern.length;
      regex += literal(escaped ? pattern[at + 1]! : char);
      at += escaped ? 2 : 1;
    }
  }
  return regex;
}

/** `*` and `?` stop at slashes, a double star and a slash go down any number of directories, nothing wild matches a leading dot. */
export function fnmatch(pattern: string, name: string): boolean {
  let regex = compiled.get(pattern);
  if (regex === undefined) {
    if (compiled.size >= MOST_COMPILED) compiled.clear();
    compiled.set(pattern, (regex = new RegExp(`^${source(pattern)}$`, 's')));
  }
  return regex.test(name);
}

/** The namespace of a target's refs; rules of pushes are for all. */
export const NAMESPACE: Readonly<Record<RuleTarget, string>> = {
  branch: 'refs/heads/',
  tag: 'refs/tags/',
  push: 'refs/',
};

/** Whether a ruleset of this target and condition is for the ref. */
export function refMatches(
  target: RuleTarget,
  condition: RefCondition,
  ref: string,
  defaultBranch: string,
): boolean {
  if (!ref.startsWith(NAMESPACE[target])) return false;
  if (target === 'push') return true;
  const matches = (pattern: string): boolean => {
    if (pattern === '~ALL') return true;
    if (pattern === '~DEFAULT_BRANCH') return target === 'branch' && ref === `refs/heads/${defaultBranch}`;
    return fnmatch(pattern, ref);
  };
  return condition.include.some(matches) && !condition.exclude.some(matches);
}
