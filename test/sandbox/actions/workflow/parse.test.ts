import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problemText, type CallJob, type StepsJob } from '../../../../sandbox/actions/workflow/model.ts';
import { parseWorkflow, WORKFLOW_LIMITS } from '../../../../sandbox/actions/workflow/parse.ts';

const PATH = '.github/workflows/ci.yml';

function read(text: string) {
  const parsed = parseWorkflow(PATH, text);
  if (!parsed.ok) throw new Error(parsed.problems.map(problemText).join('\n'));
  return parsed.workflow;
}

function problems(text: string): string[] {
  const parsed = parseWorkflow(PATH, text);
  return parsed.ok ? [] : parsed.problems.map(problemText);
}

/** A file with one job and whatever else. */
const withJob = (rest: string, job = '') =>
  `${rest}\njobs:\n  build:\n    runs-on: ubuntu-latest\n${job}    steps:\n      - run: make\n`;

describe('a workflow file', () => {
  const text = `
name: Release
run-name: Release by @\${{ github.actor }}
on:
  push:
    branches: [main, 'release/**']
    tags-ignore: v0*
    paths: ['src/**']
  pull_request:
  schedule:
    - cron: '30 5 * * 1,3'
    - cron: '0 4 * * *'
      timezone: Europe/Berlin
  workflow_dispatch:
    inputs:
      level: { type: choice, options: [info, debug], default: info, required: true }
      dry: { type: boolean, default: 'true' }
      note:
        description: A note
  workflow_run:
    workflows: CI
    types: [completed]
permissions: { contents: read }
env: { COUNT: 3, FLAG: true, EMPTY: }
defaults: { run: { shell: bash } }
concurrency: { group: 'release-\${{ github.ref }}', cancel-in-progress: false, queue: max }
jobs:
  build:
    name: Build \${{ matrix.os }}
    strategy:
      matrix: { os: [linux, mac] }
    runs-on: [self-hosted, '\${{ matrix.os }}']
    timeout-minutes: 5
    outputs: { image: '\${{ steps.a.outputs.image }}' }
    steps:
      - id: a
        uses: actions/checkout@v6
  deploy:
    needs: Build
    if: github.ref == 'refs/heads/main'
    environment: { name: production, url: '\${{ steps.x.outputs.url }}' }
    permissions: write-all
    uses: ./.github/workflows/deploy.yml
    with: { image: '\${{ needs.build.outputs.image }}' }
    secrets: inherit
`.replace("    environment: { name: production, url: '${{ steps.x.outputs.url }}' }\n", '');

  it('becomes a model', () => {
    const workflow = read(text);
    expect(workflow).toMatchObject({
      path: PATH,
      name: 'Release',
      runName: 'Release by @${{ github.actor }}',
      env: { COUNT: '3', FLAG: 'true', EMPTY: '' },
      defaults: { run: { shell: 'bash' } },
      concurrency: { queue: 'max' },
      permissions: { contents: 'read', issues: 'none' },
    });
    expect(Object.keys(workflow.on)).toEqual([
      'push',
      'pull_request',
      'schedule',
      'workflow_dispatch',
      'workflow_run',
    ]);
    expect(workflow.on['push']).toEqual({
      branches: ['main', 'release/**'],
      tagsIgnore: ['v0*'],
      paths: ['src/**'],
    });
    expect(workflow.on['pull_request']).toEqual({});
    expect(workflow.on['schedule']?.schedule).toEqual([
      { cron: '30 5 * * 1,3' },
      { cron: '0 4 * * *', timezone: 'Europe/Berlin' },
    ]);
    expect(workflow.on['workflow_run']).toEqual({ workflows: ['CI'], types: ['completed'] });
  });

  it('keeps inputs with their types and order', () => {
    const { inputs } = read(text).on['workflow_dispatch']!;
    expect(Object.entries(inputs!)).toEqual([
      ['level', { type: 'choice', required: true, default: 'info', options: ['info', 'debug'] }],
      ['dry', { type: 'boolean', required: false, default: true }],
      ['note', { type: 'string', required: false, description: 'A note' }],
    ]);
  });

  it('keeps jobs: what the runner gets and what the control plane decides', () => {
    const [build, deploy] = read(text).jobs as [StepsJob, CallJob];
    expect(build).toMatchObject({ kind: 'steps', id: 'build', needs: [], timeoutMinutes: 5 });
    expect(Object.keys(build.body)).toEqual(['runs-on', 'outputs', 'steps']);
    expect(deploy).toMatchObject({
      kind: 'call',
      needs: ['build'],
      if: "github.ref == 'refs/heads/main'",
      secrets: 'inherit',
      permissions: { issues: 'write' },
      uses: { kind: 'local', path: '.github/workflows/deploy.yml' },
    });
  });

  it('is named by its path where it has no name', () => {
    expect(read(withJob('on: push')).name).toBe(PATH);
    expect(read(withJob("name: ' '\non: [push, repository_dispatch]")).name).toBe(PATH);
    expect(Object.keys(read(withJob('on: repository_dispatch')).on)).toEqual(['repository_dispatch']);
  });

  it('reads what a workflow_call takes and gives', () => {
    const workflow = read(
      withJob(`on:
  workflow_call:
    inputs:
      who: { type: string, required: true }
      times: { type: number, default: 2 }
    secrets: { key: { required: true }, other: }
    outputs: { sum: { value: '\${{ jobs.build.outputs.sum }}' } }`),
    );
    expect(workflow.on['workflow_call']).toEqual({
      inputs: {
        who: { type: 'string', required: true },
        times: { type: 'number', required: false, default: 2 },
      },
      secrets: { key: { required: true }, other: { required: false } },
      outputs: { sum: '${{ jobs.build.outputs.sum }}' },
    });
  });

  it('may use anchors, but not merge keys', () => {
    const anchored = `on: push
jobs:
  one: &job
    runs-on: ubuntu-latest
    steps: [{ run: make }]
  two: *job
`;
    expect(read(anchored).jobs.map((job) => job.id)).toEqual(['one', 'two']);
    expect(problems(anchored.replace('two: *job', 'two:\n    <<: *job'))[0]).toMatch(/Unexpected value '<<'/);
  });

  it('may be looser than an editor would like, where the server is', () => {
    const on = read(
      withJob(
        'on: { push: { branches: }, merge_group: { paths: [a] }, workflow_dispatch: { inputs: { a: } } }',
      ),
    ).on;
    expect(on['push']).toEqual({});
    expect(on['merge_group']).toEqual({ paths: ['a'] });
    expect(on['workflow_dispatch']?.inputs).toEqual({ a: { type: 'string', required: false } });
    const made = '${{ fromJSON(vars.X) }}';
    const { env, jobs } = read(
      withJob(
        `on: push\nenv: ${made}`,
        `    env: ${made}\n    services: ${made}\n    container: { image: '' }\n`,
      ),
    );
    expect(env).toBe(made);
    expect((jobs[0] as StepsJob).body['env']).toBe(made);
    const called = read('on: push\njobs:\n  a:\n    uses: $/.github/workflows/b.yml\n').jobs[0] as CallJob;
    expect(called.uses).toMatchObject({ kind: 'local', path: '.github/workflows/b.yml' });
  });

  it('multi-line expressions count as their values, not as their quoting', () => {
    const workflow = read(withJob('on: push', "    if: >-\n      ${{\n        github.ref == 'x' }}\n"));
    expect(workflow.jobs[0]!.if).toBe("${{\n  github.ref == 'x' }}");
  });
});

describe('what GitHub refuses, with its place', () => {
  it.each([
    ['on: push', /Required property is missing: jobs/],
    ['on: [push\njobs: {}', /You have an error in your yaml syntax on line \d/],
    ['', /No event triggers/],
    [withJob('on: nothing'), /\(Line: 1, Col: 5\): Unexpected value 'nothing'/],
    [withJob('on: push\nnmae: x'), /\(Line: 2, Col: 1\): Unexpected value 'nmae'/],
    [withJob('on: { pull_request: { types: [merged] } }'), /Unexpected value 'merged'/],
    [withJob('on: push', '    if: secrets.X\n'), /\(Line: 5, Col: 9\): Unrecognized named-value: 'secrets'/],
    [withJob('on: push', '    if: 1 +\n'), /Unexpected symbol: '\+'/],
    [withJob('on: push', '    name: ${{ github.ref\n'), /The expression is not closed/],
    [withJob('on: push', '    name: ${{ env.X }}\n'), /Unrecognized named-value: 'env'/],
    [withJob('on: push', '    needs: nobody\n'), /depends on unknown job 'nobody'/],
    [withJob('on: push', '    needs: build\n'), /must contain at least one job with no dependencies/],
    [withJob('on: push', '    permissions: { contents: admin }\n'), /Unexpected value 'admin'/],
    [withJob('on: push', '    permissions: { everything: read }\n'), /Unexpected value 'everything'/],
    [withJob('on: push', '    strategy: { matrix: { os: [] } }\n'), /does not contain any values/],
    [withJob('on: push', '    uses: ./.github/workflows/a.yml\n'), /Unexpected value/],
    [
      withJob('on: push', '    concurrency: { group: a, queue: max, cancel-in-progress: true }\n'),
      /cannot be combined/,
    ],
    [withJob("on: { schedule: [{ cron: '* * *' }] }"), /\(Line: 1, Col: \d+\): Invalid cron expression/],
    [withJob("on: { schedule: [{ cron: '0 0 * * *', timezone: Mars/Base }] }"), /Invalid timezone/],
    [withJob('on: workflow_run'), /`workflows`/],
    [withJob('on: { push: { branches: a, branches-ignore: b } }'), /only define one of `branches`/],
    [withJob('on: { workflow_dispatch: { inputs: { a: { type: choice } } } }'), /Missing 'options'/],
    [
      withJob('on: { workflow_dispatch: { inputs: { a: { type: number, default: x } } } }'),
      /Unexpected value 'x'/,
    ],
    [
      withJob("on: { workflow_call: { inputs: { a: { type: boolean, default: 'true' } } } }"),
      /Unexpected value 'true'/,
    ],
    [withJob('on: push\non: pull_request'), /'on' is already defined/],
  ])('%j', (text, message) => {
    expect(problems(text).join('\n')).toMatch(message);
  });

  it('circles among jobs', () => {
    const job = (id: string, needs: string) =>
      `  ${id}:\n    needs: [${needs}]\n    runs-on: x\n    steps: [{ run: make }]\n`;
    const text = `on: push\njobs:\n${job('start', '')}${job('a', 'start, b')}${job('b', 'c')}${job('c', 'a')}`;
    expect(problems(text)).toHaveLength(3);
    expect(problems(text)[0]).toMatch(
      /\(Line: 8, Col: 20\): Job 'a' depends on job 'b' which creates a cycle/,
    );
  });

  it('step ids twice, uses without a version', () => {
    const text = `on: push
jobs:
  build:
    runs-on: x
    steps:
      - id: one
        run: make
      - id: one
        uses: actions/checkout
      - uses: ./local
      - uses: docker://alpine
      - uses: $/action
`;
    expect(problems(text)).toEqual([
      expect.stringContaining("(Line: 8, Col: 13): The identifier 'one' may not be used more than once"),
      expect.stringContaining(
        "(Line: 9, Col: 15): Expected format {org}/{repo}[/path]@ref. Actual 'actions/checkout'",
      ),
    ]);
  });

  it.each([
    ['./.github/workflows/a.yml@v1', /cannot specify version/],
    ['./workflows/a.yml', /top level/],
    ['./.github/workflows/deep/a.yml', /top level/],
    ['owner/repo/.github/workflows/a.yml', /no version specified/],
    ['a.yml', /must be prefixed/],
  ])('a call of %s', (uses, message) => {
    expect(problems(`on: push\njobs:\n  a:\n    uses: ${uses}\n`).join()).toMatch(message);
  });

  it('more than 25 inputs, 256 legs, 500 KB, and an anchor bomb', () => {
    const inputs = Array.from({ length: 26 }, (_, index) => `      i${index}: {}`).join('\n');
    expect(problems(withJob(`on:\n  workflow_dispatch:\n    inputs:\n${inputs}`)).join()).toMatch(/up to 25/);
    const values = `[${Array.from({ length: 257 }, (_, index) => index).join(',')}]`;
    expect(problems(withJob('on: push', `    strategy: { matrix: { a: ${values} } }\n`)).join()).toMatch(
      /256/,
    );
    expect(problems(`${withJob('on: push')}#${'x'.repeat(512_000)}`).join()).toMatch(/512000/);
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]'];
    for (let index = 1; index < 9; index++) {
      const before = String.fromCodePoint(96 + index);
      const name = String.fromCodePoint(97 + index);
      bomb.push(`${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(',')}]`);
    }
    expect(problems(bomb.join('\n')).join()).toMatch(/alias/i);
  });

  it('at most ten problems at once', () => {
    const keys = Array.from({ length: 20 }, (_, index) => `k${index}: 1`).join('\n');
    expect(problems(withJob(`on: push\n${keys}`))).toHaveLength(10);
  });

  it('limits can be lowered', () => {
    const parsed = parseWorkflow(PATH, withJob('on: push'), { ...WORKFLOW_LIMITS, fileBytes: 10 });
    expect(parsed.ok).toBe(false);
  });
});

describe('any text (property)', () => {
  it('is a workflow or has a problem with a message', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.string().map((text) => withJob('on: push', text)),
        ),
        (text) => {
          const parsed = parseWorkflow(PATH, text);
          if (!parsed.ok) for (const problem of parsed.problems) expect(problem.message).not.toBe('');
        },
      ),
      { numRuns: 200 },
    );
  });
});
