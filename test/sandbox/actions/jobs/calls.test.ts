import { describe, expect, it } from 'vitest';
import { legOf } from '../../../../sandbox/actions/jobs/leg.ts';
import { now } from '../../../../sandbox/kernel/core.ts';
import { valueKey } from '../../../../sandbox/state/actions.ts';
import { JOB, newStage, workflow, type Stage } from '../stage.ts';

const CI = '.github/workflows/ci.yml';
const DEPLOY = '.github/workflows/deploy.yml';
const INNER = '.github/workflows/inner.yml';

const call = (more = '') => `uses: ./${DEPLOY}${more}`;
const called = (jobs: Record<string, string>, on = '', more = '') =>
  workflow(on === '' ? 'workflow_call' : `\n  workflow_call:\n${on}`, jobs, more);

function problems(stage: Stage): readonly string[] {
  return stage.runs().at(-1)!.problems;
}

function secret(
  stage: Stage,
  name: string,
  value: string,
  owner = `repository/${stage.repository().id}`,
): void {
  stage.core.store.transaction(() => {
    const at = now(stage.core);
    stage.core.tables.actionsSecrets.put({
      key: valueKey(owner, name),
      owner,
      name,
      value,
      createdAt: at,
      updatedAt: at,
    });
  });
}

// https://docs.github.com/actions/how-tos/reuse-automations/reuse-workflows
describe('a called workflow', () => {
  it('runs as jobs of the run, named after the calling job', () => {
    const stage = newStage();
    const [run] = stage.push({
      [CI]: workflow('push', { a: JOB, deploy: `needs: a\n    ${call()}`, b: `needs: deploy\n    ${JOB}` }),
      [DEPLOY]: called({ one: JOB, two: `needs: one\n    ${JOB}` }),
    });
    expect(stage.jobs()).toEqual({ a: 'queued' });
    stage.finish('a');
    expect(stage.jobs()).toEqual({ a: 'success', 'deploy / one': 'queued' });
    stage.finish('deploy / one');
    stage.finish('deploy / two');
    stage.finish('b');
    expect(stage.run(run!.id)).toMatchObject({
      conclusion: 'success',
      referenced: [{ path: `owner/repo/${DEPLOY}@${run!.sha}`, sha: run!.sha }],
    });
  });

  it('takes typed inputs with defaults and gives outputs', () => {
    const stage = newStage();
    stage.push({
      [CI]: workflow('push', {
        deploy: call('\n    with: { to: "${{ github.ref_name }}", times: "${{ fromJSON(\'2\') }}" }'),
        after: `needs: deploy\n    name: "after \${{ needs.deploy.outputs.url }}"\n    ${JOB}`,
      }),
      [DEPLOY]: called(
        {
          one: `name: "\${{ inputs.to }} \${{ inputs.times }} \${{ inputs.dry }} [\${{ inputs.note }}]"\n    ${JOB}`,
        },
        `    inputs:
      to: { type: string, required: true }
      times: { type: number }
      dry: { type: boolean, default: true }
      note: { type: string }
    outputs: { url: { value: '\${{ jobs.one.outputs.url }}' } }`,
      ),
    });
    stage.finish('deploy / main 2 true []', 'success', { url: 'http://x' });
    expect(stage.jobs()).toHaveProperty(['after http://x']);
  });

  it('nests, as deep as ten levels', () => {
    const files = (depth: number) => ({
      [CI]: workflow('push', { c0: 'uses: ./.github/workflows/w1.yml' }),
      ...Object.fromEntries(
        Array.from({ length: depth }, (_, index) => [
          `.github/workflows/w${index + 1}.yml`,
          called({
            [`c${index + 1}`]: index + 1 < depth ? `uses: ./.github/workflows/w${index + 2}.yml` : JOB,
          }),
        ]),
      ),
    });
    const stage = newStage();
    const [run] = stage.push(files(9));
    stage.finish('c0 / c1 / c2 / c3 / c4 / c5 / c6 / c7 / c8 / c9');
    expect(stage.run(run!.id).conclusion).toBe('success');
    const deeper = newStage();
    expect(deeper.push(files(10))[0]).toMatchObject({ conclusion: 'startup_failure' });
    expect(problems(deeper)[0]).toMatch(/depth exceeded 9/);
  });

  it('in a matrix runs once for each leg; the last one that set an output gives it', () => {
    const stage = newStage();
    stage.push({
      [CI]: workflow('push', {
        deploy: `strategy: { matrix: { to: [a, b] } }\n    ${call('\n    with: { to: "${{ matrix.to }}" }')}`,
        after: `needs: deploy\n    name: after \${{ needs.deploy.outputs.url }}\n    ${JOB}`,
      }),
      [DEPLOY]: called(
        { one: JOB },
        "    inputs: { to: { type: string } }\n    outputs: { url: { value: '${{ jobs.one.outputs.url }}' } }",
      ),
    });
    expect(stage.jobs()).toEqual({ 'deploy (a) / one': 'queued', 'deploy (b) / one': 'queued' });
    stage.finish('deploy (b) / one', 'success', { url: 'B' });
    stage.finish('deploy (a) / one', 'success', { url: '' });
    expect(stage.jobs()).toHaveProperty(['after B']);
  });

  it('that fails skips what needs the call, and always() goes on', () => {
    const stage = newStage();
    const [run] = stage.push({
      [CI]: workflow('push', {
        deploy: call(),
        after: `needs: deploy\n    ${JOB}`,
        report: `needs: deploy\n    if: always()\n    name: "\${{ needs.deploy.result }}"\n    ${JOB}`,
      }),
      [DEPLOY]: called({ one: JOB, two: `needs: one\n    ${JOB}` }),
    });
    stage.finish('deploy / one', 'failure');
    expect(stage.jobs()).toEqual({
      'deploy / one': 'failure',
      'deploy / two': 'skipped',
      after: 'skipped',
      failure: 'queued',
    });
    stage.finish('failure');
    expect(stage.run(run!.id).conclusion).toBe('failure');
  });

  it('that is not called is one skipped job', () => {
    const stage = newStage();
    stage.push({
      [CI]: workflow('push', { deploy: `if: false\n    ${call()}` }),
      [DEPLOY]: called({ one: JOB }),
    });
    expect(stage.jobs()).toEqual({ deploy: 'skipped' });
  });

  it('of another repository is read at the ref that is named', () => {
    const stage = newStage();
    stage.commit({ [DEPLOY]: called({ one: JOB }) }, 'refs/tags/v1');
    stage.commit({ [DEPLOY]: called({ other: JOB }) });
    const [run] = stage.push({ [CI]: workflow('push', { x: `uses: owner/repo/${DEPLOY}@v1` }) });
    expect(stage.jobs()).toEqual({ 'x / one': 'queued' });
    expect(run!.referenced[0]).toMatchObject({ path: `owner/repo/${DEPLOY}@v1`, ref: 'refs/tags/v1' });
  });
});

describe('what stops a run before it starts', () => {
  it.each([
    ['not there', workflow('push', { a: call() }), undefined, /workflow was not found/],
    [
      'not reusable',
      workflow('push', { a: call() }),
      workflow('push', { b: JOB }),
      /missing a `on.workflow_call` trigger/,
    ],
    ['broken', workflow('push', { a: call() }), 'on: workflow_call\njobs: 1', /deploy\.yml \(Line: 2/],
    [
      'a required input',
      workflow('push', { a: call() }),
      called({ b: JOB }, '    inputs: { to: { type: string, required: true } }'),
      /Input to is required, but not provided while calling/,
    ],
    [
      'an unknown input',
      workflow('push', { a: call('\n    with: { x: 1 }') }),
      called({ b: JOB }),
      /Invalid input, x is not defined in the referenced workflow/,
    ],
    [
      'an input of another type',
      workflow('push', { a: call('\n    with: { n: many }') }),
      called({ b: JOB }, '    inputs: { n: { type: number } }'),
      /Unexpected value '"many"'/,
    ],
    [
      'a required secret',
      workflow('push', { a: call() }),
      called({ b: JOB }, '    secrets: { KEY: { required: true } }'),
      /Secret KEY is required/,
    ],
    [
      'an unknown secret',
      workflow('push', { a: call('\n    secrets: { KEY: x }') }),
      called({ b: JOB }),
      /Invalid secret, KEY/,
    ],
    [
      'permissions beyond the caller',
      workflow('push', { a: `permissions: { contents: read }\n    ${call()}` }),
      called({ b: `permissions: { contents: write }\n    ${JOB}` }),
      /nested job 'b' is requesting 'contents: write', but is only allowed 'contents: read'/,
    ],
    [
      'permissions beyond the default',
      workflow('push', { a: call() }),
      called({ b: JOB }, '', 'permissions: { issues: write }'),
      /The workflow is requesting 'issues: write', but is only allowed 'issues: none'/,
    ],
  ])('%s', (_name, caller, callee, message) => {
    const stage = newStage();
    const [run] = stage.push({ [CI]: caller, ...(callee === undefined ? {} : { [DEPLOY]: callee }) });
    const started = stage.runs().find((one) => one.path === CI);
    expect(started).toMatchObject({ status: 'completed', conclusion: 'startup_failure' });
    expect(started?.problems.join('\n')).toMatch(message);
    expect(run).toBeDefined();
    expect(stage.core.tables.workflowJobs.where('run', started!.id)).toEqual([]);
  });
});

describe('what a called job gets', () => {
  const leg = (stage: Stage, name: string) =>
    stage.core.store.transaction(() => legOf(stage.core, stage.job(name).id, () => 'runtime'));

  it('secrets only as far as they are handed over', () => {
    const stage = newStage();
    secret(stage, 'KEY', 'top');
    secret(stage, 'OTHER', 'hidden');
    stage.push({
      [CI]: workflow('push', {
        all: call('\n    secrets: inherit'),
        some: call('\n    secrets: { key: "${{ secrets.KEY }}" }'),
        none: call(),
      }),
      [DEPLOY]: called({ one: JOB, deep: `uses: ./${INNER}` }, '    secrets: { key: }'),
      [INNER]: called({ two: JOB }),
    });
    expect(leg(stage, 'all / one').secrets).toEqual({ KEY: 'top', OTHER: 'hidden' });
    expect(leg(stage, 'some / one').secrets).toEqual({ KEY: 'top' });
    expect(leg(stage, 'none / one').secrets).toEqual({});
    expect(leg(stage, 'all / deep / two').secrets).toEqual({});
  });

  it('the token that is passed on explicitly is its own', () => {
    const stage = newStage();
    stage.push({
      [CI]: workflow('push', { a: call('\n    secrets: { token: "${{ secrets.GITHUB_TOKEN }}" }') }),
      [DEPLOY]: called({ one: JOB }, '    secrets: { token: }'),
    });
    const { secrets, token } = leg(stage, 'a / one');
    expect(secrets).toEqual({ TOKEN: token });
  });

  it('the env of its own file, the github context of the caller, permissions that only shrink', () => {
    const stage = newStage();
    stage.push({
      [CI]: workflow(
        'push',
        { a: call() },
        'env: { A: outside }\npermissions: { contents: read, issues: write }',
      ),
      [DEPLOY]: called(
        { one: `permissions: { issues: read }\n    ${JOB}`, two: JOB },
        '',
        'env: { B: inside }',
      ),
    });
    const one = leg(stage, 'a / one');
    expect(one.workflowEnv).toEqual({ B: 'inside' });
    expect(one.workflow).toEqual({ name: 'CI', path: CI });
    expect(stage.job('a / one').permissions).toMatchObject({ contents: 'none', issues: 'read' });
    expect(stage.job('a / two').permissions).toMatchObject({ contents: 'read', issues: 'write' });
  });
});
