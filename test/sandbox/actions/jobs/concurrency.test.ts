import { describe, expect, it } from 'vitest';
import { cancel } from '../../../../sandbox/actions/runs/control.ts';
import { JOB, newStage, workflow, type Stage } from '../stage.ts';

const CI = '.github/workflows/ci.yml';
const onPush = (concurrency: string, jobs: Record<string, string> = { a: JOB }) => ({
  [CI]: workflow('push', jobs, `concurrency: ${concurrency}`),
});
const states = (stage: Stage) => stage.runs().map((run) => run.conclusion ?? run.status);

// https://docs.github.com/actions/how-tos/write-workflows/choose-when-workflows-run/control-workflow-concurrency
describe('concurrency of runs', () => {
  it('one runs, one waits, a newer one takes the place of the waiting one', () => {
    const stage = newStage();
    const [first] = stage.push(onPush('prod'));
    const [second] = stage.push({ x: '1' });
    expect(states(stage)).toEqual(['queued', 'pending']);
    const [third] = stage.push({ x: '2' });
    expect(states(stage)).toEqual(['queued', 'cancelled', 'pending']);
    expect(stage.jobs(second)).toEqual({});
    stage.finish('a', 'success', {}, first);
    expect(states(stage)).toEqual(['success', 'cancelled', 'queued']);
    stage.finish('a', 'success', {}, third);
    expect(states(stage)).toEqual(['success', 'cancelled', 'success']);
  });

  it('groups ignore case, and are made of expressions', () => {
    const stage = newStage();
    stage.push(onPush('"PROD-${{ github.ref_name }}"'));
    stage.push({ [CI]: workflow('push', { a: JOB }, 'concurrency: prod-main') });
    expect(states(stage)).toEqual(['queued', 'pending']);
    stage.push({ y: '1' }, { ref: 'refs/heads/other' });
    expect(states(stage)).toEqual(['queued', 'cancelled', 'pending']);
  });

  it('cancel-in-progress cancels what runs; the newcomer begins once that has ended', () => {
    const stage = newStage();
    const [first] = stage.push(onPush('{ group: g, cancel-in-progress: true }'));
    stage.start('a', first);
    const [second] = stage.push({ x: '1' });
    expect(states(stage)).toEqual(['in_progress', 'pending']);
    expect(stage.job('a', first).cancelledAt).not.toBeNull();
    stage.finish('a', 'cancelled', {}, first);
    expect(states(stage)).toEqual(['cancelled', 'queued']);
    const [third] = stage.push({ x: '2' });
    expect(stage.run(second!.id).conclusion).toBe('cancelled');
    expect(stage.run(third!.id).status).toBe('queued');
  });

  it('cancel-in-progress may be an expression', () => {
    const stage = newStage();
    stage.push(onPush('{ group: g, cancel-in-progress: "${{ github.ref_name != \'main\' }}" }'));
    stage.push({ x: '1' });
    expect(states(stage)).toEqual(['queued', 'pending']);
  });

  it('queue: max keeps up to a hundred in order', () => {
    const stage = newStage();
    const [first] = stage.push(onPush('{ group: g, queue: max }'));
    for (let index = 0; index < 101; index++) stage.push({ x: String(index) });
    const all = states(stage);
    expect(all.filter((state) => state === 'pending')).toHaveLength(100);
    expect(all.at(-1)).toBe('cancelled');
    stage.finish('a', 'success', {}, first);
    expect(states(stage).slice(0, 3)).toEqual(['success', 'queued', 'pending']);
  });

  it('a cancelled run that waited gives way', () => {
    const stage = newStage();
    const [first] = stage.push(onPush('{ group: g, queue: max }'));
    const [second] = stage.push({ x: '1' });
    const [third] = stage.push({ x: '2' });
    stage.core.store.transaction(() => cancel(stage.core, stage.run(second!.id)));
    stage.finish('a', 'success', {}, first);
    expect(stage.run(third!.id).status).toBe('queued');
  });

  it('an empty or overlong group stops the run', () => {
    const stage = newStage();
    const [run] = stage.push(onPush('"${{ github.head_ref }}"'));
    expect(run).toMatchObject({ conclusion: 'startup_failure' });
    expect(run!.problems[0]).toMatch(/Concurrency group name cannot be empty/);
  });
});

describe('concurrency of jobs', () => {
  it('across runs: one at a time, and a newer one evicts the waiting one', () => {
    const stage = newStage();
    const file = { [CI]: workflow('push', { a: `concurrency: g\n    ${JOB}`, b: JOB }) };
    const [first] = stage.push(file);
    const [second] = stage.push({ x: '1' });
    expect(stage.jobs(second)).toEqual({ a: 'pending', b: 'queued' });
    const [third] = stage.push({ x: '2' });
    expect(stage.jobs(second)).toEqual({ a: 'cancelled', b: 'queued' });
    stage.finish('a', 'success', {}, first);
    expect(stage.jobs(third)).toEqual({ a: 'queued', b: 'queued' });
    stage.finish('b', 'success', {}, second);
    expect(stage.run(second!.id).conclusion).toBe('cancelled');
  });

  it('a job in the group of its own run would wait for itself: it is cancelled', () => {
    const stage = newStage();
    const [run] = stage.push(onPush('g', { a: `concurrency: g\n    ${JOB}` }));
    expect(stage.jobs()).toEqual({ a: 'cancelled' });
    expect(stage.core.tables.jobAnnotations.where('job', stage.job('a').id)[0]?.annotation.message).toMatch(
      /deadlock/,
    );
    expect(stage.run(run!.id).status).toBe('completed');
  });

  it('legs of a matrix in one group run one after the other with queue: max', () => {
    const stage = newStage();
    const [run] = stage.push({
      [CI]: workflow('push', {
        a: `strategy: { matrix: { n: [1, 2, 3] } }\n    concurrency: { group: g, queue: max }\n    ${JOB}`,
      }),
    });
    expect(Object.values(stage.jobs())).toEqual(['queued', 'pending', 'pending']);
    for (const n of [1, 2, 3]) stage.finish(`a (${n})`);
    expect(stage.run(run!.id).conclusion).toBe('success');
  });

  it('a call of a workflow is a member too', () => {
    const stage = newStage();
    const files = {
      [CI]: workflow('push', { call: 'concurrency: g\n    uses: ./.github/workflows/x.yml' }),
      '.github/workflows/x.yml': workflow('workflow_call', { a: JOB }),
    };
    const [first] = stage.push(files);
    const [second] = stage.push({ x: '1' });
    expect(stage.jobs(second)).toEqual({});
    stage.finish('call / a', 'success', {}, first);
    stage.finish('call / a', 'success', {}, second);
    expect(states(stage)).toEqual(['success', 'success']);
  });
});
