import { describe, expect, it } from 'vitest';
import { NEIGHBOURS } from '../../../sandbox/actions/neighbours.ts';
import { checkWebhook } from '../../../sandbox/contract/index.ts';
import type { EmittedEvent } from '../../../sandbox/kernel/core.ts';
import { JOB, newStage, workflow } from './stage.ts';

const CI = '.github/workflows/ci.yml';

describe('runs and jobs among their neighbours', () => {
  it('have one suite and one check run for each job, with its annotations', () => {
    const stage = newStage({ ports: NEIGHBOURS });
    const [run] = stage.push({ [CI]: workflow('push', { a: JOB, b: `needs: a\n    ${JOB}` }) });
    const { checkRuns, checkSuites, checkAnnotations } = stage.core.tables;
    expect(checkSuites.find('workflowRun', run!.id)).toMatchObject({
      status: 'queued',
      headSha: run!.headSha,
    });
    stage.start('a');
    stage.report('a', {
      kind: 'annotation',
      number: 1,
      annotation: { level: 'warning', message: 'odd', file: 'x.ts', line: 3 },
    });
    stage.report('a', { kind: 'annotation', number: 1, annotation: { level: 'failure', message: 'bad' } });
    stage.finish('a', 'failure');
    expect(checkRuns.where('commit', `${run!.repositoryId}/${run!.headSha}`)).toMatchObject([
      {
        id: stage.job('a').id,
        name: 'a',
        status: 'completed',
        conclusion: 'failure',
        jobId: stage.job('a').id,
      },
      { name: 'b', conclusion: 'skipped' },
    ]);
    expect(stage.job('a').checkRunId).toBe(stage.job('a').id);
    expect(checkAnnotations.where('run', stage.job('a').id)).toMatchObject([
      { path: 'x.ts', startLine: 3, level: 'warning' },
      { path: '.github', startLine: 1, level: 'failure' },
    ]);
    expect(checkSuites.where('repository', run!.repositoryId)).toMatchObject([
      { status: 'completed', conclusion: 'failure', workflowRunId: run!.id },
    ]);
  });

  it('are told in payloads of GitHub’s form', () => {
    const stage = newStage({ ports: NEIGHBOURS });
    const told: string[] = [];
    stage.core.listeners.push((_core, event: EmittedEvent) => {
      if (!event.name.startsWith('workflow_')) return;
      told.push(`${event.name}.${event.action ?? ''}`);
      expect(checkWebhook(event.name, event.action, event.body())).toEqual([]);
    });
    stage.push({ [CI]: workflow('push', { a: `environment: production\n    ${JOB}` }) });
    stage.start('a');
    stage.report('a', { kind: 'step-started', number: 1, name: 'make' });
    stage.finish('a');
    expect(told).toEqual([
      'workflow_run.requested',
      'workflow_job.queued',
      'workflow_job.in_progress',
      'workflow_run.in_progress',
      'workflow_job.completed',
      'workflow_run.completed',
    ]);
  });
});
