import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Conclusion } from '../../../../sandbox/actions/leg.ts';
import { runnerEvent } from '../../../../sandbox/actions/jobs/report.ts';
import { cancel, forceCancel } from '../../../../sandbox/actions/runs/control.ts';
import { rerun } from '../../../../sandbox/actions/runs/rerun.ts';
import { tick } from '../../../../sandbox/actions/runs/tick.ts';
import type { WorkflowJobRow } from '../../../../sandbox/state/action-jobs.ts';
import { newStage, workflow, type Stage } from '../stage.ts';

const CI = '.github/workflows/ci.yml';
const CALLED = '.github/workflows/called.yml';
const RUNNER = { id: 1, name: 'hosted', labels: [], selfHosted: false };

interface Plan {
  readonly needs: readonly number[];
  readonly condition: string | undefined;
  readonly legs: number;
  readonly maxParallel: number;
  readonly failFast: boolean;
  readonly continueOnError: boolean;
  readonly group: string | undefined;
  readonly call: boolean;
}

const plan = (index: number): fc.Arbitrary<Plan> =>
  fc.record({
    needs:
      index === 0
        ? fc.constant([])
        : fc.subarray(
            Array.from({ length: index }, (_, one) => one),
            { maxLength: Math.min(index, 3) },
          ),
    condition: fc.constantFrom(undefined, undefined, 'always()', 'failure()', '!cancelled()', 'cancelled()'),
    legs: fc.constantFrom(0, 0, 2, 3),
    maxParallel: fc.constantFrom(0, 0, 1, 2),
    failFast: fc.boolean(),
    continueOnError: fc.boolean(),
    group: fc.constantFrom(
      undefined,
      undefined,
      'g',
      '{ group: g, queue: max }',
      '{ group: h, cancel-in-progress: true }',
    ),
    call: fc.constantFrom(false, false, false, true),
  });

const plans = fc
  .integer({ min: 1, max: 5 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => plan(index))));

type Move =
  | { readonly kind: 'finish'; readonly which: number; readonly conclusion: Conclusion }
  | { readonly kind: 'start' | 'cancel' | 'force' | 'rerun' | 'push'; readonly which: number }
  | { readonly kind: 'time'; readonly which: number };

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('finish' as const),
      which: fc.nat(20),
      conclusion: fc.constantFrom<Conclusion>('success', 'success', 'failure', 'cancelled'),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('start' as const), which: fc.nat(20) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('cancel' as const, 'force' as const, 'rerun' as const, 'push' as const),
      which: fc.nat(5),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('time' as const), which: fc.nat(60 * 7) }) },
);

function body(one: Plan): string {
  const lines = [
    ...(one.needs.length === 0 ? [] : [`needs: [${one.needs.map((need) => `j${need}`).join(', ')}]`]),
    ...(one.condition === undefined ? [] : [`if: \${{ ${one.condition} }}`]),
    ...(one.legs === 0
      ? []
      : [
          `strategy: { fail-fast: ${one.failFast}, max-parallel: ${one.maxParallel}, matrix: { n: [${Array.from({ length: one.legs }, (_, n) => n).join(', ')}] } }`,
        ]),
    ...(one.group === undefined ? [] : [`concurrency: ${one.group}`]),
    ...(one.call
      ? [`uses: ./${CALLED}`]
      : [`continue-on-error: ${one.continueOnError}`, 'runs-on: ubuntu-latest', 'steps: [{ run: make }]']),
  ];
  return lines.join('\n    ');
}

const open = (stage: Stage, status: string): WorkflowJobRow[] =>
  stage.core.tables.workflowJobs.where('open', 'open').filter((job) => job.status === status && !job.held);

function play(stage: Stage, step: Move): void {
  const { core } = stage;
  const running = open(stage, 'in_progress');
  const queued = open(stage, 'queued');
  const run = stage.runs()[step.which % stage.runs().length]!;
  switch (step.kind) {
    case 'start': {
      const job = queued[step.which % queued.length];
      if (job !== undefined) runnerEvent(core, job.id, { kind: 'started', runner: RUNNER });
      return;
    }
    case 'finish': {
      const job = running[step.which % running.length];
      if (job !== undefined)
        runnerEvent(core, job.id, { kind: 'finished', conclusion: step.conclusion, outputs: {} });
      return;
    }
    case 'time':
      stage.clock.advance(step.which * 60_000);
      tick(core);
      return;
    case 'push':
      stage.push({ x: String(step.which) });
      return;
    case 'rerun':
      if (run.status === 'completed')
        core.store.transaction(() => rerun(core, run, stage.owner.id, { kind: 'all' }));
      return;
    default:
      if (run.status !== 'completed')
        core.store.transaction(() => (step.kind === 'cancel' ? cancel(core, run) : forceCancel(core, run)));
  }
}

/** What must hold after every step. */
function check(stage: Stage): void {
  const { workflowJobs, jobNodes, callScopes } = stage.core.tables;
  for (const run of stage.runs()) {
    const of = `${run.id}/${run.attempt}`;
    const jobs = workflowJobs.where('attempt', of);
    if (run.status === 'completed') expect(jobs.filter((job) => job.status !== 'completed')).toEqual([]);
    else if (run.status !== 'pending') {
      const waiting = callScopes
        .where('attempt', of)
        .filter((scope) => scope.state === 'pending' || scope.state === 'held');
      expect(jobs.some((job) => job.status !== 'completed') || waiting.length > 0).toBe(true);
    }
    for (const job of jobs) expect(job.status === 'completed').toBe(job.conclusion !== null);
    for (const node of jobNodes.where('attempt', of)) {
      expect(node.state === 'done').toBe(node.result !== null);
      if (node.maxParallel === null) continue;
      const going = [
        ...workflowJobs.where('node', node.key).filter((job) => !job.held && job.status !== 'completed'),
        ...callScopes
          .where('caller', `${of}/${node.scope}/${node.id}`)
          .filter(({ state }) => state === 'pending' || state === 'running'),
      ];
      expect(going.length).toBeLessThanOrEqual(node.maxParallel);
    }
  }
  for (const group of ['g', 'h']) {
    const key = `${stage.repository().id}/${group}`;
    const holders = [
      ...workflowJobs.where('concurrency', key).filter((job) => job.status !== 'pending'),
      ...callScopes.where('concurrency', key).filter(({ state }) => state === 'running'),
    ];
    expect(holders.length).toBeLessThanOrEqual(1);
  }
}

/** Runners work everything off. */
function drain(stage: Stage): void {
  for (let steps = 0; open(stage, 'queued').length + open(stage, 'in_progress').length > 0; steps++) {
    if (steps > 2000) throw new Error('it never ends');
    play(stage, { kind: 'start', which: 0 });
    play(stage, { kind: 'finish', which: 0, conclusion: 'success' });
  }
}

describe('any workflow under any sequence of events (property)', () => {
  it('keeps its promises after every step, and ends once its runners have worked everything off', () => {
    fc.assert(
      fc.property(plans, fc.array(move, { maxLength: 40 }), (jobs, moves) => {
        const stage = newStage();
        stage.push({
          [CI]: workflow('push', Object.fromEntries(jobs.map((one, index) => [`j${index}`, body(one)]))),
          [CALLED]: workflow('workflow_call', {
            a: 'runs-on: x\n    steps: [{ run: make }]',
            b: 'needs: a\n    runs-on: x\n    steps: [{ run: make }]',
          }),
        });
        check(stage);
        for (const step of moves) {
          play(stage, step);
          check(stage);
        }
        drain(stage);
        check(stage);
        expect(stage.runs().filter((run) => run.status !== 'completed')).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
