import { describe, expect, it } from 'vitest';
import {
  calledMaximum,
  defaultPermissions,
  excess,
  lesser,
  NO_PERMISSIONS,
  PERMISSION_NAMES,
  readPermissions,
  tokenPermissions,
  withoutWrite,
} from '../../../sandbox/actions/permissions.ts';

// https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#permissions
describe('the permissions key', () => {
  it('sets what it does not name to none', () => {
    expect(readPermissions({ contents: 'write', issues: 'read' })).toEqual({
      ...NO_PERMISSIONS,
      contents: 'write',
      issues: 'read',
    });
    expect(readPermissions({})).toEqual(NO_PERMISSIONS);
  });

  it('knows read-all and write-all; models are never written, reading an identity token means nothing', () => {
    expect(readPermissions('read-all')).toMatchObject({
      contents: 'read',
      models: 'read',
      'id-token': 'none',
    });
    expect(readPermissions('write-all')).toMatchObject({
      contents: 'write',
      models: 'read',
      'id-token': 'write',
      attestations: 'write',
    });
  });
});

describe('the default token', () => {
  it('restricted reads contents and packages', () => {
    expect(tokenPermissions(defaultPermissions('read'))).toEqual({
      contents: 'read',
      packages: 'read',
      metadata: 'read',
    });
  });

  it('permissive writes, but has no identity token', () => {
    expect(defaultPermissions('write')).toMatchObject({
      contents: 'write',
      'pull-requests': 'write',
      'id-token': 'none',
    });
  });
});

describe('cutting', () => {
  it('a fork has no write and no identity token', () => {
    expect(withoutWrite(readPermissions('write-all'))).toMatchObject({
      contents: 'read',
      'id-token': 'none',
    });
    for (const name of PERMISSION_NAMES)
      expect(withoutWrite(readPermissions('write-all'))[name]).not.toBe('write');
  });

  it('the lesser of two', () => {
    expect(
      lesser(readPermissions({ contents: 'write', issues: 'write' }), readPermissions({ contents: 'read' })),
    ).toEqual(readPermissions({ contents: 'read' }));
  });

  it('says what exceeds in the words of the message', () => {
    expect(
      excess(readPermissions({ contents: 'write', packages: 'read' }), readPermissions({ contents: 'read' })),
    ).toEqual({ asked: 'contents: write, packages: read', allowed: 'contents: read, packages: none' });
    expect(
      excess(readPermissions({ contents: 'read' }), readPermissions({ contents: 'write' })),
    ).toBeUndefined();
  });

  it('a called workflow of another owner may not ask for identity tokens by default', () => {
    expect(calledMaximum('write', true)['id-token']).toBe('write');
    expect(calledMaximum('write', false)['id-token']).toBe('none');
    expect(calledMaximum('read', true)).toEqual(defaultPermissions('read'));
  });
});

describe('in the words of the kernel', () => {
  it('has underscores and leaves out what is none', () => {
    expect(tokenPermissions(readPermissions({ 'pull-requests': 'write', 'id-token': 'write' }))).toEqual({
      pull_requests: 'write',
      id_token: 'write',
      metadata: 'read',
    });
  });
});
