import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { checkRequest, operationOf, type CheckedInput } from '../../../sandbox/contract/index.ts';

const repository = { owner: 'o', repo: 'r' };

function check(id: string, query = '', body?: unknown, params: Record<string, string> = {}): CheckedInput {
  return checkRequest(operationOf(id)!, {
    params: { ...repository, ...params },
    query: new URLSearchParams(query),
    body,
  });
}
const sentences = (checked: CheckedInput): string[] => checked.problems.map(({ message }) => message);

describe('path and query values', () => {
  it('are of the described type, their defaults filled', () => {
    const { params, query, problems } = check('pulls/list-files', 'per_page=5', undefined, {
      pull_number: '12',
    });
    expect(problems).toEqual([]);
    expect(params).toEqual({ ...repository, pull_number: 12 });
    expect(query).toEqual({ per_page: 5, page: 1 });
  });

  it('may be an id or a file name where GitHub takes both', () => {
    expect(check('actions/get-workflow', '', undefined, { workflow_id: '12' }).params['workflow_id']).toBe(
      12,
    );
    expect(
      check('actions/get-workflow', '', undefined, { workflow_id: 'ci.yml' }).params['workflow_id'],
    ).toBe('ci.yml');
  });

  it('are booleans where the description says so, and only the words of a boolean', () => {
    const asked = (text: string): CheckedInput =>
      check('actions/list-workflow-runs-for-repo', `exclude_pull_requests=${text}`);
    expect(asked('true').query['exclude_pull_requests']).toBe(true);
    expect(asked('0').query['exclude_pull_requests']).toBe(false);
    expect(sentences(asked('perhaps'))).toEqual(['"perhaps" is not a boolean.']);
  });

  it('unknown names are kept as text, blank values count as not given, the last of several counts', () => {
    const { query, problems } = check('issues/list-for-repo', 'cachebust=1&state=&labels=a&labels=b');
    expect(problems).toEqual([]);
    expect(query).toMatchObject({ cachebust: '1', state: 'open', labels: 'b' });
  });

  it('that do not fit are problems of the place they stand in', () => {
    expect(check('pulls/get', '', undefined, { pull_number: 'x' }).problems).toMatchObject([
      { in: 'path', at: 'pull_number' },
    ]);
    expect(check('issues/list-for-repo', 'state=new&per_page=many').problems).toMatchObject([
      { in: 'query', at: 'state', message: '"new" is not a member of ["open", "closed", "all"].' },
      { in: 'query', at: 'per_page', message: '"many" is not an integer.' },
    ]);
    expect(sentences(check('search/repos'))).toEqual([`"q" wasn't supplied.`]);
    expect(sentences(check('issues/list-for-repo', 'since=yesterday'))).toEqual([
      '"yesterday" is not a valid date-time.',
    ]);
  });
});

describe('bodies', () => {
  it('that fit have no problems; members GitHub does not describe are ignored', () => {
    const body = { title: 'A model', labels: ['slipway:staging', { name: 'x' }], whatever: 1 };
    expect(check('issues/create', '', body)).toMatchObject({ problems: [], body });
  });

  it('are refused in GitHub’s words', () => {
    expect(sentences(check('pulls/create', '', {}))).toEqual([`"head", "base" weren't supplied.`]);
    expect(sentences(check('issues/create', ''))).toEqual([`"title" wasn't supplied.`]);
    expect(sentences(check('pulls/create', '', { head: 1, base: null }))).toEqual([
      `For 'properties/head', 1 is not a string.`,
      `For 'properties/base', nil is not a string.`,
    ]);
    expect(sentences(check('pulls/create-review', '', { event: 'LGTM' }, { pull_number: '1' }))).toEqual([
      '"LGTM" is not a member of ["APPROVE", "REQUEST_CHANGES", "COMMENT"].',
    ]);
    expect(sentences(check('repos/update-branch-protection', '', {}, { branch: 'main' }))).toEqual([
      '"required_status_checks", "enforce_admins", "required_pull_request_reviews", "restrictions" weren\'t supplied.',
    ]);
  });

  it('that make something get the defaults, that change something do not', () => {
    expect(check('repos/create-release', '', { tag_name: 'v1' }).body).toMatchObject({
      tag_name: 'v1',
      draft: false,
      prerelease: false,
    });
    expect(check('repos/update', '', { description: 'x' }).body).toEqual({ description: 'x' });
  });

  it('may be left out where nothing is required of them', () => {
    expect(check('pulls/merge', '', undefined, { pull_number: '1' }).problems).toEqual([]);
  });

  it('never throw, whatever they hold, and never change the value they were given', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const before = JSON.stringify(value);
        check('repos/create-release', '', value);
        check('repos/create-repo-ruleset', '', value);
        expect(JSON.stringify(value)).toBe(before);
      }),
      { numRuns: 200 },
    );
  });
});
