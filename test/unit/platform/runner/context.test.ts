import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { readContext, readEvent, stepFolder } from '../../../../src/platform/runner/index.ts';

const ENV = {
  GITHUB_REPOSITORY: 'acme/churn',
  GITHUB_SHA: 'a'.repeat(40),
  GITHUB_EVENT_NAME: 'push',
  GITHUB_WORKSPACE: '/work',
  RUNNER_TEMP: '/temp',
};

describe('the place of a step', () => {
  test('is read from the variables of its runner', () => {
    const context = readContext({
      ...ENV,
      GITHUB_API_URL: 'https://ghe.acme.test/api/v3/',
      GITHUB_RUN_ID: '7',
    });

    expect(context).toMatchObject({
      owner: 'acme',
      repo: 'churn',
      apiUrl: 'https://ghe.acme.test/api/v3',
      serverUrl: 'https://github.com',
      runId: 7,
      attempt: 1,
      toolCache: null,
      selfHosted: false,
    });
  });

  test.each(Object.keys(ENV))('is not a workflow without %s', (name) => {
    expect(() => readContext({ ...ENV, [name]: '' })).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(name) as string }),
    );
  });

  test('has a folder of its own, inside the temporary one, whatever the step is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (step) => {
        expect(stepFolder({ temp: '/temp', step }, 'train')).toMatch(/^\/temp\/slipway\/train-[\w-]*$/u);
      }),
    );
    expect(stepFolder({ temp: '/temp', step: '__run' }, 'train')).not.toBe(
      stepFolder({ temp: '/temp', step: '__run_2' }, 'train'),
    );
  });
});

describe('the event', () => {
  test('is what lies in the runner’s file, and nothing where there is none', () => {
    const folder = mkdtempSync(join(tmpdir(), 'slipway-event-'));
    const file = join(folder, 'event.json');
    writeFileSync(file, '{"ref": "refs/heads/main"}');

    expect(readEvent({ GITHUB_EVENT_PATH: file })).toEqual({ ref: 'refs/heads/main' });
    expect(readEvent({})).toEqual({});
    rmSync(folder, { recursive: true });
    expect(() => readEvent({ GITHUB_EVENT_PATH: file })).toThrow(expect.objectContaining({ code: 'DISK' }));
  });
});
