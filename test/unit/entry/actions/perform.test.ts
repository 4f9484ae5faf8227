import { mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { createRunner, type EndedStep, type Runner } from '../../../support/runner.ts';

const PROGRAM = join(import.meta.dirname, 'fake-action.ts');

let runner: Runner;
beforeEach(() => {
  runner = createRunner();
});
afterEach(() => runner[Symbol.dispose]());

async function run(inputs: Readonly<Record<string, string>>, stopAt?: string): Promise<EndedStep> {
  const when = stopAt === undefined ? {} : { stopAt };
  return await runner.step({ program: [PROGRAM], inputs, ...when });
}

describe('a step that ends well', () => {
  test('answers by outputs, one result, annotations and a summary', async () => {
    const ended = await run({ how: 'well' });

    expect(ended.code, ended.log).toBe(0);
    expect(ended.outputs).toEqual({
      decision: 'pass',
      reason: 'DONE',
      message: 'all went well',
      result: join(runner.temp, 'slipway', 'fake-__step_1', 'result.json'),
      count: '3',
      note: 'a\nb',
    });
    expect(ended.result).toMatchObject({
      schema: 'slipway.fake/1',
      command: 'fake',
      decision: 'pass',
      reason: 'DONE',
      found: 3,
      git: { commit: null },
    });
    expect(ended.commands).toEqual(['::notice title=USAGE,file=a.py,line=2::by the way']);
    expect(ended.summary).toContain('went well');
    expect(ended.summary).not.toContain('<b>');
    expect(ended.variables).toEqual({});
  });

  test('whose words are somebody else’s says nothing by them', async () => {
    const ended = await run({ how: 'hostile' });

    expect(ended.code).toBe(0);
    expect(ended.commands).toEqual([]);
    expect(ended.outputs['decision']).toBe('pass');
    expect(ended.outputs['note']).toBe(ended.outputs['message']);
    expect(ended.variables).toEqual({});
    expect(ended.paths).toEqual([]);
  });
});

describe('a step that ends badly', () => {
  test('by a verdict exits 1 and says why', async () => {
    const ended = await run({ how: 'fails' });

    expect(ended.code).toBe(1);
    expect(ended.outputs).toMatchObject({ decision: 'fail', reason: 'GATE_FAILED' });
    expect(ended.commands).toEqual(['::error title=slipway fake::worse']);
  });

  test('by problems shows each where it is, with the next step', async () => {
    mkdirSync(join(runner.workspace, 'models'));

    const ended = await run({ how: 'refuses', 'working-directory': 'models' });

    expect(ended.code).toBe(2);
    expect(ended.commands).toEqual([
      '::error title=CONFIG_INVALID,file=models/slipway.yaml,line=4,col=2::one%0Anext: do this',
      '::error title=COLUMN_MISSING::two',
    ]);
    expect(ended.result).toMatchObject({
      decision: 'error',
      reason: 'CONFIG_INVALID',
      message: '2 problems',
    });
  });

  test('by a bug of ours says that, and still answers', async () => {
    const ended = await run({ how: 'breaks' });

    expect(ended.code).toBe(70);
    expect(ended.outputs).toMatchObject({ decision: 'error', reason: 'BUG', count: '' });
    expect(ended.result).toMatchObject({ reason: 'BUG', message: 'TypeError: x is not a function' });
    expect(ended.commands).toHaveLength(1);
  });

  test('by a cancellation exits 130, also where the work knew nothing of it', async () => {
    const ended = await run({ how: 'waits' }, 'waiting');

    expect(ended.code, ended.log).toBe(130);
    expect(ended.result).toMatchObject({ decision: 'error', reason: 'CANCELLED' });
  });

  test('where not even its result can be written fails with the reason in the log', async () => {
    const ended = await run({ how: 'no-folder' });

    expect(ended.code).not.toBe(0);
    expect(ended.log).toContain('result.json');
    expect(ended.result).toBeNull();
  });
});

describe('inputs', () => {
  test('of earlier versions are told their new name', async () => {
    const ended = await run({ way: 'well' });

    expect(ended.code).toBe(2);
    expect(ended.commands[0]).toContain('there is no input "way"%0Anext: it is called "how" now');
  });

  test.each(['..', '../elsewhere', '/etc', 'a/../../x', 'none'])(
    'a working directory such as %s is refused',
    async (directory) => {
      const ended = await run({ how: 'well', 'working-directory': directory });

      expect(ended.code).toBe(2);
      expect(ended.commands[0]).toContain('input "working-directory"');
    },
  );

  test('a working directory is where commands run', async () => {
    mkdirSync(join(runner.workspace, 'a', 'b'), { recursive: true });

    const ended = await run({ how: 'well', 'working-directory': 'a/b' });

    expect(ended.code).toBe(0);
    expect(ended.log).toContain(`in ${realpathSync(join(runner.workspace, 'a', 'b'))}`);
  });

  test('a working directory does not lead out through a link either', async () => {
    symlinkSync('/etc', join(runner.workspace, 'out'));

    const ended = await run({ how: 'well', 'working-directory': 'out' });

    expect(ended.code).toBe(2);
    expect(ended.commands[0]).toContain('it leaves the workspace');
  });
});

describe('a post step', () => {
  const post = async (inputs: Readonly<Record<string, string>>): Promise<EndedStep> =>
    await runner.step({ program: [PROGRAM, 'post'], inputs });

  test('that does its work says nothing', async () => {
    expect(await post({ how: 'well' })).toMatchObject({ code: 0, commands: [], outputs: {} });
  });

  test.each([
    ['whose work fails', { how: 'breaks' }, 'cannot clean'],
    ['whose inputs are wrong', { way: 'x' }, 'there is no input "way"'],
  ])('%s only warns', async (_, inputs, reason) => {
    const ended = await post(inputs);

    expect(ended.code).toBe(0);
    expect(ended.commands).toHaveLength(1);
    expect(ended.commands[0]).toMatch(/^::warning title=slipway fake::cleaning up: /u);
    expect(ended.commands[0]).toContain(reason);
  });
});
