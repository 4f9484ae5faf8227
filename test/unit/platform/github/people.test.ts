import { describe, expect, it } from 'vitest';

import { Refused } from '../../../../src/platform/github/api.ts';
import type { Connection } from '../../../../src/platform/github/connection.ts';
import { isMember, roleOf } from '../../../../src/platform/github/people.ts';

/** A connection whose one answer is given, or thrown. */
function answering(answer: unknown): Connection {
  return {
    get: () => (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)),
  } as unknown as Connection;
}

const PERSON = { id: 7, login: 'writer' };
const roleWhere = async (answer: unknown) => await roleOf(answering(answer), PERSON);
const memberWhere = async (answer: unknown, team = '@acme/ml') =>
  await isMember(answering(answer), team, PERSON.login);

describe('the role of somebody', () => {
  it('is the one that GitHub names', async () => {
    expect(await roleWhere({ permission: 'write', role_name: 'maintain', user: { id: 7 } })).toBe('maintain');
  });

  it('is the built-in one below a role of the organisation’s own', async () => {
    expect(await roleWhere({ permission: 'read', role_name: 'label-team', user: { id: 7 } })).toBe('read');
  });

  it.each([
    ['an account that took the login over', { permission: 'admin', role_name: 'admin', user: { id: 8 } }],
    ['an account that is gone', { permission: 'admin', role_name: 'admin', user: null }],
    ['nobody', null],
    ['an unknown role', { permission: 'owner', role_name: 'owner', user: { id: 7 } }],
  ])('is none for %s', async (_name, answer) => {
    expect(await roleWhere(answer)).toBe('none');
  });
});

describe('a member of a team', () => {
  it('is who is in it', async () => {
    expect(await memberWhere({ state: 'active' })).toBe(true);
  });

  it.each([
    ['who was only invited', { state: 'pending' }],
    ['who is not', null],
    ['anybody, where the team may not be seen', new Refused('GET /orgs', 403, 'forbidden')],
  ])('is not %s', async (_name, answer) => {
    expect(await memberWhere(answer)).toBe(false);
  });

  it('is nobody of what is no team', async () => {
    expect(await memberWhere({ state: 'active' }, '@acme')).toBe(false);
  });

  it('is not told where GitHub has no answer', async () => {
    await expect(memberWhere(new Refused('GET /orgs', 500, 'broken'))).rejects.toThrow('broken');
  });
});
