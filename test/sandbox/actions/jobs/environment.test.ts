import { describe, expect, it } from 'vitest';
import { deployJob, environmentGate, putEnvironment } from '../../../../sandbox/deployments/index.ts';
import type { EnvironmentInput } from '../../../../sandbox/deployments/environments.ts';
import { reviewPendingDeployments } from '../../../../sandbox/actions/runs/control.ts';
import { nextTick, tick } from '../../../../sandbox/actions/runs/tick.ts';
import { legOf } from '../../../../sandbox/actions/jobs/leg.ts';
import { now } from '../../../../sandbox/kernel/core.ts';
import { valueKey } from '../../../../sandbox/state/actions.ts';
import { JOB, newStage, workflow, type Stage } from '../stage.ts';

const CI = '.github/workflows/ci.yml';
const MINUTE = 60_000;

function staged(
  rules: EnvironmentInput,
  job = 'environment: production',
): { stage: Stage; id: number; environment: number } {
  const stage = newStage({ ports: { environment: environmentGate, deploy: deployJob } });
  const environment = stage.core.store.transaction(
    () => putEnvironment(stage.core, stage.repository(), 'production', rules).id,
  );
  const [run] = stage.push({
    [CI]: workflow('push', { deploy: `${job}\n    ${JOB}`, after: `needs: deploy\n    ${JOB}` }),
  });
  return { stage, id: run!.id, environment };
}

function review(
  stage: Stage,
  id: number,
  environment: number,
  state: 'approved' | 'rejected',
  userId = stage.owner.id,
) {
  return stage.core.store.transaction(() =>
    reviewPendingDeployments(stage.core, stage.run(id), {
      userId,
      state,
      comment: '',
      environmentIds: [environment],
    }),
  );
}

const owner = (stage: Stage) => stage.core.tables.accounts.find('login', 'owner')!.id;
const deployments = (stage: Stage) =>
  [...stage.core.tables.deployments.all()].map(({ environment, state }) => [environment, state]);
const message = (stage: Stage, job: string) =>
  stage.core.tables.jobAnnotations.where('job', stage.job(job).id)[0]?.annotation.message;

// https://docs.github.com/actions/reference/workflows-and-actions/deployments-and-environments
describe('a job with an environment', () => {
  it('without rules is queued at once and makes a deployment', () => {
    const { stage } = staged({});
    expect(stage.jobs()).toEqual({ deploy: 'queued' });
    stage.start('deploy');
    expect(deployments(stage)).toEqual([['production', 'in_progress']]);
    stage.finish('deploy', 'success', { __environment_url: 'http://x.example' });
    expect(deployments(stage)).toEqual([['production', 'success']]);
    expect(stage.job('deploy').environmentUrl).toBe('http://x.example');
    expect(stage.job('deploy').outputs).toEqual({});
  });

  it('makes none where it says so, nor where its name is empty', () => {
    expect(deployments(staged({}, 'environment: { name: production, deployment: false }').stage)).toEqual([]);
    const { stage } = staged({}, 'environment: ${{ github.head_ref }}');
    expect(stage.job('deploy').environmentId).toBeNull();
  });

  it('asks the runner for the address of the environment', () => {
    const { stage } = staged({}, "environment: { name: production, url: '${{ steps.a.outputs.url }}' }");
    const leg = stage.core.store.transaction(() => legOf(stage.core, stage.job('deploy').id, () => ''));
    expect(leg.job['outputs']).toEqual({ __environment_url: '${{ steps.a.outputs.url }}' });
    expect(leg.job['environment']).toBeUndefined();
  });

  it('has the secrets and variables of its environment, which win', () => {
    const stage = newStage({ ports: { environment: environmentGate } });
    const put = (table: 'actionsSecrets' | 'actionsVariables', of: string, name: string, value: string) => {
      const at = now(stage.core);
      stage.core.tables[table].put({
        key: valueKey(of, name),
        owner: of,
        name,
        value,
        createdAt: at,
        updatedAt: at,
      });
    };
    stage.core.store.transaction(() => {
      const { id } = putEnvironment(stage.core, stage.repository(), 'production', {});
      for (const table of ['actionsSecrets', 'actionsVariables'] as const) {
        put(table, `repository/${stage.repository().id}`, 'A', 'repository');
        put(table, `repository/${stage.repository().id}`, 'B', 'repository');
        put(table, `environment/${id}`, 'A', 'environment');
      }
    });
    stage.push({ [CI]: workflow('push', { deploy: `environment: production\n    ${JOB}` }) });
    const leg = stage.core.store.transaction(() => legOf(stage.core, stage.job('deploy').id, () => ''));
    expect(leg.secrets).toEqual({ A: 'environment', B: 'repository' });
    expect(leg.vars).toEqual({ A: 'environment', B: 'repository' });
  });
});

describe('required reviewers', () => {
  const reviewed = () => {
    const probe = newStage();
    return staged({ reviewers: [{ type: 'User', id: owner(probe) }] });
  };

  it('hold the job until one of them approves', () => {
    const { stage, id, environment } = reviewed();
    expect(stage.jobs()).toEqual({ deploy: 'waiting' });
    expect(stage.run(id).status).toBe('waiting');
    expect(deployments(stage)).toEqual([['production', 'waiting']]);
    expect(() => review(stage, id, environment, 'approved', stage.writer.id)).toThrow('not allowed');
    review(stage, id, environment, 'approved');
    expect(stage.jobs()).toEqual({ deploy: 'queued' });
    expect(() => review(stage, id, environment, 'approved')).toThrow('no pending deployment');
    stage.finish('deploy');
    stage.finish('after');
    expect(stage.run(id).conclusion).toBe('success');
  });

  it('rejecting fails the job', () => {
    const { stage, id, environment } = reviewed();
    review(stage, id, environment, 'rejected');
    expect(stage.jobs()).toEqual({ deploy: 'failure', after: 'skipped' });
    expect(deployments(stage)).toEqual([['production', 'failure']]);
    expect(stage.run(id).conclusion).toBe('failure');
  });

  it('may not review their own runs where the environment says so', () => {
    const probe = newStage();
    const { stage, id, environment } = staged({
      reviewers: [{ type: 'User', id: probe.writer.id }],
      prevent_self_review: true,
    });
    expect(() => review(stage, id, environment, 'approved', stage.writer.id)).toThrow('not allowed');
  });

  it('have thirty days', () => {
    const { stage } = reviewed();
    stage.clock.advance(30 * 24 * 60 * MINUTE);
    tick(stage.core);
    expect(stage.jobs()).toEqual({ deploy: 'failure', after: 'skipped' });
    expect(message(stage, 'deploy')).toMatch(/30 days/);
  });
});

describe('a wait timer', () => {
  it('lets the job go on when it has run out', () => {
    const { stage } = staged({ wait_timer: 10 });
    expect(stage.jobs()).toEqual({ deploy: 'waiting' });
    expect(nextTick(stage.core)).toBe(stage.clock.now() + 10 * MINUTE);
    stage.clock.advance(10 * MINUTE - 1000);
    tick(stage.core);
    expect(stage.jobs()).toEqual({ deploy: 'waiting' });
    stage.clock.advance(1000);
    tick(stage.core);
    expect(stage.jobs()).toEqual({ deploy: 'queued' });
  });

  it('and reviewers must both be content', () => {
    const probe = newStage();
    const { stage, id, environment } = staged({
      wait_timer: 10,
      reviewers: [{ type: 'User', id: owner(probe) }],
    });
    review(stage, id, environment, 'approved');
    expect(stage.jobs()).toEqual({ deploy: 'waiting' });
    stage.clock.advance(10 * MINUTE);
    tick(stage.core);
    expect(stage.jobs()).toEqual({ deploy: 'queued' });
  });
});

describe('branch policies', () => {
  it('fail a job of a ref that may not deploy', () => {
    const { stage } = staged({
      deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
    });
    expect(stage.jobs()).toEqual({ deploy: 'failure', after: 'skipped' });
    expect(message(stage, 'deploy')).toBe(
      'Branch "main" is not allowed to deploy to production due to environment protection rules.',
    );
    expect(deployments(stage)).toEqual([]);
  });
});
