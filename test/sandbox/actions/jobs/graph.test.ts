import { describe, expect, it } from 'vitest';
import { JOB, newStage, workflow } from '../stage.ts';

const CI = '.github/workflows/ci.yml';

describe('jobs of a run', () => {
  it('run side by side unless one needs another', () => {
    const stage = newStage();
    const [run] = stage.push({
      [CI]: workflow('push', { build: JOB, lint: JOB, test: `needs: build\n    ${JOB}` }),
    });
    expect(run).toMatchObject({ status: 'queued', event: 'push', name: 'CI', number: 1, title: 'change' });
    expect(stage.jobs()).toEqual({ build: 'queued', lint: 'queued' });
    stage.start('build');
    expect(stage.run(run!.id).status).toBe('in_progress');
    stage.finish('build');
    expect(stage.jobs()).toEqual({ build: 'success', lint: 'queued', test: 'queued' });
    stage.finish('lint');
    stage.finish('test');
    expect(stage.run(run!.id)).toMatchObject({ status: 'completed', conclusion: 'success' });
  });

  it('a failure skips what needs it and fails the run', () => {
    const stage = newStage();
    const [run] = stage.push({
      [CI]: workflow('push', {
        build: JOB,
        test: `needs: build\n    ${JOB}`,
        report: `needs: test\n    if: always()\n    ${JOB}`,
        repair: `needs: test\n    if: failure()\n    ${JOB}`,
      }),
    });
    stage.finish('build', 'failure');
    expect(stage.jobs()).toEqual({ build: 'failure', test: 'skipped', report: 'queued', repair: 'queued' });
    stage.finish('report');
    stage.finish('repair');
    expect(stage.run(run!.id).conclusion).toBe('failure');
  });

  it('success() looks at all jobs before, not only at direct needs', () => {
    const stage = newStage();
    stage.push({
      [CI]: workflow('push', {
        a: `if: false\n    ${JOB}`,
        b: `needs: a\n    if: always()\n    ${JOB}`,
        c: `needs: b\n    ${JOB}`,
        d: `needs: b\n    if: success('b')\n    ${JOB}`,
      }),
    });
    stage.finish('b');
    expect(stage.jobs()).toEqual({ a: 'skipped', b: 'success', c: 'skipped', d: 'queued' });
  });

  it('a run whose jobs are all skipped is skipped', () => {
    const stage = newStage();
    const [run] = stage.push({ [CI]: workflow('push', { a: `if: github.ref == 'nothing'\n    ${JOB}` }) });
    expect(stage.run(run!.id)).toMatchObject({ status: 'completed', conclusion: 'skipped' });
  });

  it('continue-on-error: the job fails, the run and its needs do not', () => {
    const stage = newStage();
    const [run] = stage.push({
      [CI]: workflow('push', {
        a: `continue-on-error: true\n    ${JOB}`,
        b: `needs: a\n    if: needs.a.result == 'success'\n    ${JOB}`,
      }),
    });
    stage.finish('a', 'failure');
    expect(stage.jobs()).toEqual({ a: 'failure', b: 'queued' });
    stage.finish('b');
    expect(stage.run(run!.id).conclusion).toBe('success');
  });

  it('outputs reach those that need the job', () => {
    const stage = newStage();
    stage.push({
      [CI]: workflow('push', {
        a: JOB,
        b: `needs: a\n    name: b \${{ needs.a.outputs.version }}\n    ${JOB}`,
      }),
    });
    stage.finish('a', 'success', { version: '3' });
    expect(stage.jobs()).toEqual({ a: 'success', 'b 3': 'queued' });
  });

  it('what cannot be evaluated fails the job with a message', () => {
    const stage = newStage();
    const [run] = stage.push({
      [CI]: workflow('push', { a: `strategy: { matrix: "\${{ fromJSON('') }}" }\n    ${JOB}` }),
    });
    expect(stage.run(run!.id).conclusion).toBe('failure');
    const notes = stage.core.tables.jobAnnotations.where('job', stage.job('a').id);
    expect(notes[0]?.annotation.message).toMatch(/^Error when evaluating 'strategy' for job 'a'\./);
  });
});

describe('matrix', () => {
  const matrix = (more = '') => `strategy: { matrix: { os: [linux, mac, win] }${more} }\n    ${JOB}`;

  it('becomes a job for each leg; what needs it waits for all', () => {
    const stage = newStage();
    stage.push({ [CI]: workflow('push', { test: matrix(), after: `needs: test\n    ${JOB}` }) });
    expect(stage.jobs()).toEqual({
      'test (linux)': 'queued',
      'test (mac)': 'queued',
      'test (win)': 'queued',
    });
    stage.finish('test (linux)');
    stage.finish('test (mac)');
    expect(stage.jobs()['after']).toBeUndefined();
    stage.finish('test (win)');
    expect(stage.jobs()['after']).toBe('queued');
  });

  it('fail-fast cancels the other legs, running ones through their runner', () => {
    const stage = newStage();
    const [run] = stage.push({ [CI]: workflow('push', { test: matrix() }) });
    stage.start('test (mac)');
    stage.finish('test (linux)', 'failure');
    expect(stage.jobs()).toEqual({
      'test (linux)': 'failure',
      'test (mac)': 'in_progress',
      'test (win)': 'cancelled',
    });
    expect(stage.job('test (mac)').cancelledAt).not.toBeNull();
    stage.finish('test (mac)', 'cancelled');
    expect(stage.run(run!.id).conclusion).toBe('failure');
  });

  it('without fail-fast, or with continue-on-error, the others go on', () => {
    for (const body of [matrix(', fail-fast: false'), `continue-on-error: true\n    ${matrix()}`]) {
      const stage = newStage();
      stage.push({ [CI]: workflow('push', { test: body }) });
      stage.finish('test (linux)', 'failure');
      expect(stage.jobs()['test (win)']).toBe('queued');
    }
  });

  it('max-parallel lets so many go at once', () => {
    const stage = newStage();
    stage.push({ [CI]: workflow('push', { test: matrix(', max-parallel: 1') }) });
    expect(stage.core.tables.workflowJobs.where('queued', 'queued').map((job) => job.name)).toEqual([
      'test (linux)',
    ]);
    expect(() => stage.start('test (mac)')).toThrow('nobody can take it');
    stage.finish('test (linux)');
    expect(stage.core.tables.workflowJobs.where('queued', 'queued').map((job) => job.name)).toEqual([
      'test (mac)',
    ]);
  });

  it('the leg that ended last gives its outputs, unless they are empty', () => {
    const stage = newStage();
    stage.push({
      [CI]: workflow('push', {
        test: matrix(),
        after: `needs: test\n    name: "\${{ needs.test.outputs.a }} \${{ needs.test.outputs.b }}"\n    ${JOB}`,
      }),
    });
    stage.finish('test (win)', 'success', { a: 'win', b: 'only' });
    stage.finish('test (linux)', 'success', { a: 'linux' });
    stage.finish('test (mac)', 'success', { a: '' });
    expect(stage.jobs()).toHaveProperty(['linux only']);
  });

  it('a skipped matrix is one job with its name as it stands', () => {
    const stage = newStage();
    stage.push({
      [CI]: workflow('push', { test: `if: false\n    name: on \${{ matrix.os }}\n    ${matrix()}` }),
    });
    expect(stage.jobs()).toEqual({ 'on ${{ matrix.os }}': 'skipped' });
  });
});
