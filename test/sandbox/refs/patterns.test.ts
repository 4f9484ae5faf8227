import { describe, expect, it } from 'vitest';
import { fnmatch, refMatches } from '../../../sandbox/refs/patterns.ts';

describe('a pattern', () => {
  it.each([
    ['refs/heads/main', 'refs/heads/main', true],
    ['refs/heads/*', 'refs/heads/main', true],
    ['refs/heads/*', 'refs/heads/a/b', false],
    ['refs/heads/**/*', 'refs/heads/a', true],
    ['refs/heads/**/*', 'refs/heads/a/b/c', true],
    ['refs/heads/release/**/*', 'refs/heads/release/1/2', true],
    ['refs/heads/release/**/*', 'refs/heads/released', false],
    ['refs/heads/**', 'refs/heads/a/b', false],
    ['refs/heads/v?', 'refs/heads/v1', true],
    ['refs/heads/v?', 'refs/heads/v/', false],
    ['refs/heads/v[0-9]', 'refs/heads/v7', true],
    ['refs/heads/v[!0-9]', 'refs/heads/v7', false],
    ['refs/heads/v[^0-9]', 'refs/heads/vx', true],
    ['refs/heads/[', 'refs/heads/[', true],
    ['refs/heads/*', 'refs/heads/.hidden', false],
    ['refs/heads/a\\*', 'refs/heads/a*', true],
    ['refs/heads/a+(b)', 'refs/heads/a+(b)', true],
    ['refs/heads/{a,b}', 'refs/heads/a', false],
    ['*-feature', 'my-feature', true],
  ])('%s and %s: %s (docs: using fnmatch syntax)', (pattern, name, matches) => {
    expect(fnmatch(pattern, name)).toBe(matches);
  });
});

describe('a condition', () => {
  const all = { include: ['~ALL'], exclude: ['refs/heads/dev/**/*'] };
  it('includes and excludes within the namespace of its target', () => {
    expect(refMatches('branch', all, 'refs/heads/main', 'main')).toBe(true);
    expect(refMatches('branch', all, 'refs/heads/dev/a/b', 'main')).toBe(false);
    expect(refMatches('branch', all, 'refs/tags/v1', 'main')).toBe(false);
    expect(refMatches('tag', all, 'refs/tags/v1', 'main')).toBe(true);
    const standard = { include: ['~DEFAULT_BRANCH'], exclude: [] };
    expect(refMatches('branch', standard, 'refs/heads/trunk', 'trunk')).toBe(true);
    expect(refMatches('branch', standard, 'refs/heads/main', 'trunk')).toBe(false);
    expect(refMatches('branch', { include: [], exclude: [] }, 'refs/heads/main', 'main')).toBe(false);
  });
});
