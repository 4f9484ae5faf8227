import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { readBotConfig } from '../../../bot/config.ts';
import { permissionProblems, PERMISSIONS, refuseForbidden } from '../../../bot/permissions.ts';
import { InputError, PlatformError } from '../../../src/contracts/errors.ts';

const PEM = '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n';
const GOOD = { APP_ID: '7', PRIVATE_KEY: PEM, WEBHOOK_SECRET: 'a secret of the test' };
const folder = mkdtempSync(join(tmpdir(), 'slipway-bot-'));
afterAll(() => rmSync(folder, { recursive: true }));

function problemsOf(variables: Record<string, string>): readonly string[] {
  try {
    readBotConfig(variables);
  } catch (error) {
    if (error instanceof InputError) return error.problems.map(({ message }) => message);
    throw error;
  }
  return [];
}

describe('the bot’s environment', () => {
  it('needs three values; the rest has defaults that reach nobody outside this machine', () => {
    expect(readBotConfig(GOOD)).toEqual({
      appId: 7,
      privateKey: PEM,
      secrets: ['a secret of the test'],
      api: 'https://api.github.com',
      host: '127.0.0.1',
      port: 3000,
      logLevel: 'info',
      concurrency: 8,
    });
  });

  it('takes two secrets while one is being replaced, and a key with written-out line ends', () => {
    const config = readBotConfig({
      ...GOOD,
      PRIVATE_KEY: PEM.replaceAll('\n', '\\n'),
      WEBHOOK_SECRET_PREVIOUS: 'the one before',
    });
    expect(config.secrets).toEqual(['a secret of the test', 'the one before']);
    expect(config.privateKey).toBe(PEM);
  });

  it('tells all problems at once and never a secret’s value', () => {
    const problems = problemsOf({
      APP_ID: 'seven',
      WEBHOOK_SECRET: 'short',
      PORT: '99999',
      PRIVATE_KEY: 'no key',
    });
    expect(problems.map((message) => message.split(':')[0])).toEqual([
      'APP_ID',
      'WEBHOOK_SECRET',
      'PORT',
      'PRIVATE_KEY',
    ]);
    expect(problems.join('\n')).not.toContain('short');
    expect(problems.join('\n')).not.toContain('no key');
    expect(problemsOf({}).map((message) => message.split(':')[0])).toEqual([
      'APP_ID',
      'WEBHOOK_SECRET',
      'PRIVATE_KEY_PATH',
    ]);
  });

  it('reads the key from a file that only its owner can read', () => {
    const path = join(folder, 'key.pem');
    writeFileSync(path, PEM, { mode: 0o600 });
    const { APP_ID, WEBHOOK_SECRET } = GOOD;
    expect(readBotConfig({ APP_ID, WEBHOOK_SECRET, PRIVATE_KEY_PATH: path }).privateKey).toBe(PEM);
    chmodSync(path, 0o644);
    expect(problemsOf({ APP_ID, WEBHOOK_SECRET, PRIVATE_KEY_PATH: path })[0]).toContain(`chmod 600 ${path}`);
    expect(problemsOf({ APP_ID, WEBHOOK_SECRET, PRIVATE_KEY_PATH: join(folder, 'none') })[0]).toContain(
      'ENOENT',
    );
  });
});

describe('the App’s permissions', () => {
  const asked = Object.fromEntries(Object.entries(PERMISSIONS).map(([name, { level }]) => [name, level]));

  it('are enough as they are asked for', () => {
    expect(permissionProblems(asked)).toEqual([]);
    expect(refuseForbidden(asked)).toEqual([]);
  });

  it('that could change workflows, secrets or rules keep it from starting', () => {
    for (const name of [
      'workflows',
      'administration',
      'secrets',
      'environments',
      'organization_administration',
    ]) {
      expect(() => refuseForbidden({ ...asked, [name]: 'write' }), name).toThrow(PlatformError);
    }
    expect(refuseForbidden({ ...asked, administration: 'read' })).toEqual([]);
  });

  it('that are missing are named with what they are for; teams are optional', () => {
    expect(permissionProblems({ ...asked, contents: 'read' })[0]?.message).toContain('contents: write');
    expect(permissionProblems({ ...asked, members: undefined })).toEqual([]);
  });
});
