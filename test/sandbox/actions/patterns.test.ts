import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPattern, passes } from '../../../sandbox/actions/patterns.ts';

// https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
describe('patterns of branches and tags (the cheat sheet of the workflow syntax page)', () => {
  it.each([
    ['feature/*', 'feature/my-branch', true],
    ['feature/*', 'feature/beta-a/my-branch', false],
    ['feature/**', 'feature/beta-a/my-branch', true],
    ['feature/**', 'feature/your-branch', true],
    ['feature/**', 'feature', false],
    ['main', 'main', true],
    ['main', 'maintenance', false],
    ['main', 'Main', false],
    ['releases/summer', 'releases/summer', true],
    ['*', 'releases', true],
    ['*', 'all/the/branches', false],
    ['**', 'all/the/branches', true],
    ['*feature', 'feature', true],
    ['*feature', 'ver-10-feature', true],
    ['*feature', 'a/feature', false],
    ['v2*', 'v2', true],
    ['v2*', 'v2.9', true],
    ['v2*', 'v12', false],
    ['v[12].[0-9]+.[0-9]+', 'v1.10.1', true],
    ['v[12].[0-9]+.[0-9]+', 'v2.0.0', true],
    ['v[12].[0-9]+.[0-9]+', 'v3.0.0', false],
    ['v[12].[0-9]+.[0-9]+', 'v1.0.0-rc1', false],
    ['[CB]at', 'Bat', true],
    ['[CB]at', 'Rat', false],
    ['[1-2]00', '200', true],
  ])('%s and %s: %s', (pattern, name, expected) => {
    expect(passes(name, [pattern])).toBe(expected);
  });
});

describe('patterns of paths (the same page)', () => {
  it.each([
    ['*', 'README.md', true],
    ['*', 'docs/README.md', false],
    ['*.jsx?', 'page.js', true],
    ['*.jsx?', 'page.jsx', true],
    ['*.jsx?', 'page.jsxx', false],
    ['**', 'all/the/files.md', true],
    ['*.js', 'app.js', true],
    ['*.js', 'src/app.js', false],
    ['**.js', 'src/js/app.js', true],
    ['**.js', 'index.js', true],
    ['docs/*', 'docs/file.txt', true],
    ['docs/*', 'docs/a/file.txt', false],
    ['docs/**', 'docs/a/b.txt', true],
    ['docs/**/*.md', 'docs/README.md', true],
    ['docs/**/*.md', 'docs/a/markdown/file.md', true],
    ['docs/**/*.md', 'docsa.md', false],
    ['**/docs/**', 'docs/hello.md', true],
    ['**/docs/**', 'space/docs/plan/space.doc', true],
    ['**/docs/**', 'mydocs/x', false],
    ['**/README.md', 'README.md', true],
    ['**/README.md', 'js/README.md', true],
    ['**/README.md', 'js/MYREADME.md', false],
    ['**/*src/**', 'my-src/code/js/app.js', true],
    ['**/*-post.md', 'path/their-post.md', true],
    ['**/migrate-*.sql', 'db/sept/migrate-v1.sql', true],
  ])('%s and %s: %s', (pattern, path, expected) => {
    expect(passes(path, [pattern])).toBe(expected);
  });
});

describe('order', () => {
  it('a later negative pattern takes back, a still later positive one gives again', () => {
    expect(passes('hello.md', ['*.md', '!README.md'])).toBe(true);
    expect(passes('README.md', ['*.md', '!README.md'])).toBe(false);
    expect(passes('README.md', ['*.md', '!README.md', 'README*'])).toBe(true);
    expect(passes('README.md', ['!README.md', '*.md'])).toBe(true);
  });

  it('only negative patterns let nothing through', () => {
    expect(passes('anything', ['!main'])).toBe(false);
  });

  it('an exclamation mark inside a pattern is itself', () => {
    expect(passes('a!b', ['a!b'])).toBe(true);
  });
});

describe('what is no pattern matches nothing', () => {
  it.each(['?a', '+', '*?', 'a++', 'a[', 'a[z-a]', 'a[]'])('%s', (text) => {
    expect(isPattern(text)).toBe(false);
    expect(passes(text, [text])).toBe(false);
  });
});

describe('any text', () => {
  const plain = fc.string({ minLength: 1 }).filter((text) => !/[*?+[\]!\\]/.test(text));

  it('without special characters matches itself and nothing else', () => {
    fc.assert(
      fc.property(plain, plain, (text, other) => {
        expect(passes(text, [text])).toBe(true);
        expect(passes(other, [text])).toBe(other === text);
      }),
    );
  });

  it('never throws, and ** takes everything a pattern takes', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (pattern, name) => {
        passes(name, [pattern]);
        expect(passes(name, ['**'])).toBe(true);
      }),
    );
  });
});
