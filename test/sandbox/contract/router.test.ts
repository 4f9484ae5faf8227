import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { knownOperations, matchOperation, operationOf } from '../../../sandbox/contract/index.ts';

const at = (method: string, path: string): string => {
  const match = matchOperation(method, path);
  if (match.kind === 'operation')
    return `${match.operation.id} ${JSON.stringify(Object.values(match.params))}`;
  return match.kind === 'unsupported' ? `unsupported ${match.id}` : 'unknown';
};

describe('which operation a request asks for', () => {
  it.each([
    ['GET', '/', 'meta/root []'],
    ['GET', '/user', 'users/get-authenticated []'],
    ['GET', '/repos/o/r', 'repos/get ["o","r"]'],
    ['GET', '/repos/o/r/releases/latest', 'repos/get-latest-release ["o","r"]'],
    ['GET', '/repos/o/r/releases/7', 'repos/get-release ["o","r","7"]'],
    ['GET', '/repos/o/r/releases/tags/model/1.2.0', 'repos/get-release-by-tag ["o","r","model/1.2.0"]'],
    ['GET', '/repos/o/r/git/ref/heads/a/b', 'git/get-ref ["o","r","heads/a/b"]'],
    ['GET', '/repos/o/r/commits/a/b/check-runs', 'checks/list-for-ref ["o","r","a/b"]'],
    [
      'GET',
      '/repos/o/r/branches/release/1.0/protection',
      'repos/get-branch-protection ["o","r","release/1.0"]',
    ],
    ['GET', '/repos/o/r/compare/a/b...c/d', 'repos/compare-commits-with-basehead ["o","r","a/b...c/d"]'],
  ])('%s %s is %s', (method, path, expected) => {
    expect(at(method, path)).toBe(expected);
  });

  it('an escaped slash never splits, and is a slash in the value', () => {
    expect(at('GET', '/repos/o/r/labels/area%2Fbug')).toBe('issues/get-label ["o","r","area/bug"]');
    expect(at('GET', '/repos/o/r/labels/area/bug')).toBe('unknown');
    expect(at('GET', '/repos/o/r/contents/a%2Fb/c')).toBe('repos/get-content ["o","r","a/b/c"]');
  });

  it('the root of the contents and all refs may be asked with and without the last slash', () => {
    for (const end of ['', '/']) {
      expect(at('GET', `/repos/o/r/contents${end}`)).toBe('repos/get-content ["o","r",""]');
      expect(at('GET', `/repos/o/r/git/matching-refs${end}`)).toBe('git/list-matching-refs ["o","r",""]');
    }
    expect(at('PUT', '/repos/o/r/contents/')).toBe('unknown');
  });

  // https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api#404-not-found-for-an-existing-resource
  it('a trailing slash, a method the path does not have, and a broken escape are unknown', () => {
    expect(at('GET', '/repos/o/r/')).toBe('unknown');
    expect(at('PATCH', '/repos/o/r/labels')).toBe('unknown');
    expect(at('GET', '/repos/o/%zz')).toBe('unknown');
    expect(at('GET', '/nothing/here')).toBe('unknown');
  });

  it('an operation the sandbox does not have is known by name', () => {
    expect(at('GET', '/gists')).toBe('unsupported gists/list');
    expect(at('POST', '/repos/o/r/issues/1/sub_issues')).toBe('unsupported issues/add-sub-issue');
  });

  it('finds every operation of GitHub by its own path, whatever stands in for the parameters', () => {
    const all = [...knownOperations()].filter(({ path }) => !path.includes('...'));
    expect(all.length).toBeGreaterThan(1200);
    const value = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }).map((text) => `~${text}`);
    fc.assert(
      fc.property(
        fc.constantFrom(...all),
        fc.array(value, { minLength: 6, maxLength: 6 }),
        (operation, values) => {
          let next = 0;
          const path = operation.path.replace(/\{\w+\}/g, () => encodeURIComponent(values[next++]!));
          const match = matchOperation(operation.method, path);
          if (match.kind === 'unknown') throw new Error(`${operation.method} ${path} is unknown`);
          if (match.kind === 'unsupported') expect(match.id).toBe(operation.id);
          else {
            expect(match.operation.id).toBe(operation.id);
            expect(Object.values(match.params)).toEqual(values.slice(0, next));
          }
        },
      ),
    );
  });

  it('tells of an operation what the pipeline needs', () => {
    expect(operationOf('repos/create-release')).toMatchObject({
      method: 'POST',
      success: 201,
      hasBody: true,
    });
    expect(operationOf('repos/download-tarball-archive')).toMatchObject({ success: 302, hasBody: false });
    expect(operationOf('apps/suspend-installation')).toMatchObject({ forApps: false });
  });
});
