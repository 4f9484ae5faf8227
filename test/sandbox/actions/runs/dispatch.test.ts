import { describe, expect, it } from 'vitest';
import { dispatchWorkflow } from '../../../../sandbox/actions/runs/dispatch.ts';
import { checkWebhook } from '../../../../sandbox/contract/index.ts';
import { legOf } from '../../../../sandbox/actions/jobs/leg.ts';
import type { WorkflowRun } from '../../../../sandbox/state/actions.ts';
import { JOB, newStage, workflow, type Stage } from '../stage.ts';

const PATH = '.github/workflows/deploy.yml';
const INPUTS = `
  workflow_dispatch:
    inputs:
      level: { type: choice, options: [info, debug], default: info }
      dry: { type: boolean }
      count: { type: number, default: 2 }
      who: { required: true }`;

function stageWith(on = INPUTS): Stage {
  const stage = newStage();
  stage.push({ [PATH]: workflow(on, { a: JOB }, 'run-name: Deploy for ${{ inputs.who }}') });
  return stage;
}

function dispatch(stage: Stage, inputs: Record<string, unknown>, ref = 'main'): WorkflowRun {
  const file = stage.core.tables.workflowFiles.find('path', `${stage.repository().id}/${PATH}`)!;
  return stage.core.store.transaction(() =>
    dispatchWorkflow(stage.core, {
      sender: stage.owner,
      by: { kind: 'user', userId: stage.owner.id, tokenId: 0 },
      repository: stage.repository(),
      file,
      ref,
      inputs,
    }),
  );
}

// https://docs.github.com/rest/actions/workflows#create-a-workflow-dispatch-event
describe('a dispatch', () => {
  it('starts a run of the ref, inputs typed in the context and text in the event', () => {
    const stage = stageWith();
    const run = dispatch(stage, { who: 'me', dry: 'true' });
    expect(run).toMatchObject({
      event: 'workflow_dispatch',
      title: 'Deploy for me',
      ref: 'refs/heads/main',
      headBranch: 'main',
      actorId: stage.owner.id,
    });
    const leg = stage.core.store.transaction(() => legOf(stage.core, stage.job('a', run).id, () => ''));
    expect(leg.inputs).toEqual({ level: 'info', dry: true, count: 2, who: 'me' });
    expect(leg.event.payload['inputs']).toEqual({ level: 'info', dry: 'true', count: '2', who: 'me' });
    expect(leg.event.payload).toMatchObject({
      ref: 'refs/heads/main',
      workflow: PATH,
      sender: { login: 'owner' },
    });
  });

  it('tells of itself in GitHub’s form', () => {
    const stage = stageWith();
    const problems: unknown[] = [];
    stage.core.listeners.push((_core, event) => {
      if (event.name === 'workflow_dispatch')
        problems.push(checkWebhook(event.name, event.action, event.body()));
    });
    dispatch(stage, { who: 'me' });
    expect(problems).toEqual([[]]);
  });

  it('takes branches and tags, short or in full', () => {
    const stage = stageWith();
    stage.commit({ x: '1' }, 'refs/tags/v1');
    expect(dispatch(stage, { who: 'x' }, 'v1').ref).toBe('refs/tags/v1');
    expect(dispatch(stage, { who: 'x' }, 'refs/heads/main').ref).toBe('refs/heads/main');
    expect(() => dispatch(stage, { who: 'x' }, 'nowhere')).toThrow('No ref found for: nowhere');
  });

  it.each([
    [{}, "Required input 'who' not provided"],
    [{ who: 'x', foo: '1' }, 'Unexpected inputs provided: ["foo"]'],
    [{ who: 'x', level: 'all' }, "Provided value 'all' for input 'level' not in the list of allowed values"],
    [{ who: 'x', dry: 'yes' }, "Provided value 'yes' for input 'dry' is not a boolean"],
    [{ who: 'x', count: 'many' }, "Provided value 'many' for input 'count' is not a number"],
    [{ who: 'x'.repeat(65_536) }, 'inputs are too large.'],
  ])('with %j is refused', (inputs, message) => {
    expect(() => dispatch(stageWith(), inputs)).toThrow(message);
  });

  it('needs the trigger at that ref, and an enabled workflow', () => {
    const stage = stageWith('push');
    expect(() => dispatch(stage, {})).toThrow("Workflow does not have 'workflow_dispatch' trigger");
    const disabled = stageWith();
    disabled.core.store.transaction(() => {
      const file = disabled.core.tables.workflowFiles.find('path', `${disabled.repository().id}/${PATH}`)!;
      disabled.core.tables.workflowFiles.put({ ...file, state: 'disabled_manually' });
    });
    expect(() => dispatch(disabled, { who: 'x' })).toThrow('disabled workflow');
  });
});
