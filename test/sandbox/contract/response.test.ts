import { describe, expect, it } from 'vitest';

import { checkResponse, checkWebhook, operationOf } from '../../../sandbox/contract/index.ts';

const label = {
  id: 1,
  node_id: 'x',
  url: 'http://api.github.localhost/repos/o/r/labels/bug',
  name: 'bug',
  description: null,
  color: 'd73a4a',
  default: true,
};

const places = (problems: readonly { at: string; message: string }[]): string[] =>
  problems.map(({ at, message }) => `${at} ${message}`);

describe('answers', () => {
  const create = operationOf('issues/create-label')!;

  it('that fit have no problems', () => {
    expect(checkResponse(create, 201, label)).toEqual([]);
  });

  it('are told everything that is missing or wrong', () => {
    const problems = checkResponse(create, 201, { ...label, id: undefined, color: 7 });
    expect(places(problems)).toEqual([" must have required property 'id'", '/color must be string, is 7']);
  });

  it('have a described status, and a body only where one is described', () => {
    expect(places(checkResponse(create, 200, label))).toEqual([' status 200 is not described']);
    expect(places(checkResponse(operationOf('issues/delete-label')!, 204, {}))).toEqual([
      ' status 204 has no body',
    ]);
    expect(places(checkResponse(create, 201, undefined))).toEqual([' status 201 has a body']);
    expect(checkResponse(operationOf('issues/delete-label')!, 204, undefined)).toEqual([]);
  });

  it('that are no JSON are not looked at: media types, archives', () => {
    expect(checkResponse(operationOf('pulls/get')!, 200, 'diff --git a/a b/a')).toEqual([]);
    expect(checkResponse(operationOf('repos/get-content')!, 200, new Uint8Array([1]))).toEqual([]);
  });

  it('of failure have GitHub’s form, whichever status it is', () => {
    const body = { message: 'Not Found', documentation_url: 'https://docs.github.com/rest', status: '404' };
    expect(checkResponse(create, 404, body)).toEqual([]);
    expect(
      checkResponse(create, 418, { ...body, errors: [{ resource: 'Label', code: 'already_exists' }] }),
    ).toEqual([]);
    expect(checkResponse(create, 404, { message: 'Not Found' })).toHaveLength(1);
    expect(checkResponse(create, 422, { ...body, errors: [{ field: 'name' }] })).not.toEqual([]);
  });
});

describe('payloads of webhooks', () => {
  it('are held to the schema of their event and action', () => {
    expect(places(checkWebhook('label', 'created', { action: 'created', label }))).toEqual([
      " must have required property 'repository'",
    ]);
    expect(places(checkWebhook('label', 'deleted', { action: 'created' }))).toContain(
      '/action must be equal to one of the allowed values ["deleted"], is "created"',
    );
  });

  it('an event GitHub does not have is a problem', () => {
    expect(places(checkWebhook('label', 'invented', {}))).toEqual([
      ' GitHub describes no webhook label.invented',
    ]);
    expect(places(checkWebhook('invention', undefined, {}))).toEqual([
      ' GitHub describes no webhook invention',
    ]);
  });

  it('the action of a repository dispatch is a word of its sender', () => {
    const problems = checkWebhook('repository_dispatch', 'retrain', { action: 'retrain' });
    expect(places(problems).some((text) => text.includes('describes no webhook'))).toBe(false);
  });
});
