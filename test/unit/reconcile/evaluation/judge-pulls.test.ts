import { describe, expect, test } from 'vitest';

import { PlatformError } from '../../../../src/contracts/errors.ts';
import type { JudgeRequest } from '../../../../src/contracts/judging.ts';
import {
  judgePulls,
  newJudgingMemory,
  type JudgingPorts,
  type PullJudgement,
} from '../../../../src/reconcile/evaluation/index.ts';
import { toMarkdown } from '../../../../src/report/index.ts';
import { judgedAnswer, sayingJudge } from '../../../support/judge-answers.ts';
import { digest, handoverZip, judgingWorld, type JudgingWorld } from '../../../support/judging-world.ts';

const FILES = { 'predictions.csv': 'id,score\n1,0.5\n', 'model/m.json': '{}' };
const NO_BASELINES: JudgingPorts['baselines'] = {
  predictions: () => Promise.resolve([]),
  fetch: () => Promise.resolve(),
};

interface Judging {
  readonly world: JudgingWorld;
  readonly asked: JudgeRequest[];
  readonly lines: { message: string; facts: Readonly<Record<string, unknown>> }[];
  memory: ReturnType<typeof newJudgingMemory>;
  pass(): Promise<readonly PullJudgement[]>;
}

function judging(say?: (request: JudgeRequest) => unknown, models: readonly string[] = ['tiny']): Judging {
  const world = judgingWorld({ 'slipway.yaml': 'version: 1\n' });
  const judge = sayingJudge(say);
  const lines: Judging['lines'] = [];
  const made: Judging = {
    world,
    asked: judge.asked,
    lines,
    memory: newJudgingMemory(),
    pass: async () => {
      const by = { commit: world.tip('main'), models, versions: new Map() };
      const ports = { ...world.ports, judge, baselines: NO_BASELINES };
      return await judgePulls(ports, made.memory, await world.pulls(), by, {
        log: (line) => lines.push(line),
      });
    },
  };
  return made;
}

/** A pull request from a branch here, with an honest artifact unless another is given. */
function proposal(
  { world }: Judging,
  zip = handoverZip(FILES),
  files: Readonly<Record<string, string>> = { 'x.txt': 'x' },
  name = 'slipway-tiny',
) {
  const head = world.push('change', files);
  const number = world.open('change');
  const run = world.finish(head);
  const artifact = world.upload(run, name, zip);
  return { head, number, run, artifact };
}

describe('a pull request', () => {
  test('is judged when its run ended well, not before', async () => {
    const one = judging();
    const { world } = one;
    const head = world.push('change', { 'x.txt': 'x' });
    const number = world.open('change');
    expect(await one.pass()).toEqual([]);
    world.upload(world.finish(head), 'slipway-tiny', handoverZip(FILES));
    expect(await one.pass()).toMatchObject([
      { pull: number, head, model: 'tiny', status: 'judged', conclusion: 'success' },
    ]);
  });

  test('whose run failed is not judged, whatever it uploaded', async () => {
    const one = judging();
    const head = one.world.push('change', { 'x.txt': 'x' });
    one.world.open('change');
    one.world.upload(one.world.finish(head, 'failure'), 'slipway-tiny', handoverZip(FILES));
    expect(await one.pass()).toEqual([]);
    expect(one.asked).toEqual([]);
  });

  test('is judged by its own head only: after a push the old one says nothing', async () => {
    const one = judging();
    const { head } = proposal(one);
    const next = one.world.push('change', { 'x.txt': 'y' });
    expect(await one.pass()).toEqual([]);
    one.world.upload(one.world.finish(next), 'slipway-tiny', handoverZip(FILES));
    const [result] = await one.pass();
    expect(result).toMatchObject({ head: next });
    expect(result?.head).not.toBe(head);
  });

  test('against another branch is not judged: its gates could be anything', async () => {
    const one = judging();
    one.world.push('lenient', { 'slipway.yaml': 'gates: none\n' });
    const head = one.world.push('change', { 'x.txt': 'x' });
    one.world.open('change', { base: 'lenient' });
    one.world.upload(one.world.finish(head), 'slipway-tiny', handoverZip(FILES));
    expect(await one.pass()).toEqual([]);
    expect(one.asked).toEqual([]);
  });

  test('that changes its workflows is judged, and the record says so', async () => {
    const one = judging();
    const lenient = 'on: pull_request\njobs:\n  t:\n    runs-on: x\n    steps: [{run: x}]\n';
    proposal(one, handoverZip(FILES), { '.github/workflows/slipway.yml': lenient });
    const [result] = await one.pass();
    const record = [...one.memory.ledger.records.values()][0];
    expect(result?.status).toBe('judged');
    expect(record).toMatchObject({ workflows_equal_base: false, same_repository: true });
  });

  test('does not speak for another one: artifacts of other runs and names do not count', async () => {
    const one = judging();
    const { world } = one;
    proposal(one, handoverZip(FILES), { 'x.txt': 'x' }, 'model-tiny');
    expect(await one.pass()).toEqual([]);
    expect(one.asked).toEqual([]);
    expect(world.calls.filter((route) => route.startsWith('POST'))).toEqual([]);
  });

  test('is judged once a head, also after everything was forgotten and the run ran again', async () => {
    const one = judging();
    const { run, head } = proposal(one);
    const first = await one.pass();
    expect(await one.pass()).toEqual(first);
    one.memory = newJudgingMemory();
    expect(await one.pass()).toEqual(first);
    one.world.upload(run, 'slipway-tiny', handoverZip({ ...FILES, 'model/m.json': '[]' }));
    one.memory = newJudgingMemory();
    expect(await one.pass()).toEqual(first);
    expect(one.asked).toHaveLength(1);
    expect(first).toMatchObject([{ head }]);
  });

  test('may have several workflows: each hands over its models, whichever ends last', async () => {
    const both = (request: JudgeRequest) =>
      judgedAnswer({ model: request.artifact.slice('slipway-'.length) });
    const one = judging(both, ['tiny', 'large']);
    const { world } = one;
    const second = 'name: Lint\non: pull_request\njobs:\n  lint:\n    runs-on: x\n    steps: [{run: x}]\n';
    world.push('main', { '.github/workflows/other.yml': second }, { as: 'owner' });
    const head = world.push('change', { 'x.txt': 'x' });
    world.open('change');
    const runs = [...world.core.tables.workflowRuns.all()].filter(({ headSha }) => headSha === head);
    expect(runs).toHaveLength(2);
    const [first, last] = runs.map(({ id }) => id) as [number, number];
    world.finish(head, 'success', last);
    world.upload(last, 'logs', handoverZip(FILES));
    expect(await one.pass()).toEqual([]);
    world.finish(head, 'success', first);
    world.upload(first, 'slipway-tiny', handoverZip(FILES));
    world.upload(first, 'slipway-large', handoverZip(FILES));
    expect(await one.pass()).toMatchObject([{ model: 'large' }, { model: 'tiny' }]);
  });

  test('counts its looks: each new candidate on the same rows', async () => {
    let candidate = 0;
    const one = judging(() => judgedAnswer({ candidate: digest(`candidate ${++candidate}`) }));
    proposal(one);
    await one.pass();
    const next = one.world.push('change', { 'x.txt': 'y' });
    one.world.upload(one.world.finish(next), 'slipway-tiny', handoverZip(FILES));
    await one.pass();
    expect(one.asked.map(({ looks }) => looks)).toEqual([
      [],
      [{ test: digest('test'), candidate: digest('candidate 1') }],
    ]);
  });

  test.each([
    ['pass', 'success'],
    ['fail', 'failure'],
    ['inconclusive', 'action_required'],
    ['skipped', 'neutral'],
  ] as const)('that is judged %s ends its check with %s', async (decision, conclusion) => {
    const one = judging(() => judgedAnswer({}, { decision }));
    proposal(one);
    expect(await one.pass()).toMatchObject([{ decision, conclusion, status: 'judged' }]);
  });
});

describe('a fork', () => {
  test('is judged as what it is', async () => {
    const one = judging();
    const { world } = one;
    const fork = world.fork('outsider');
    const head = world.push('change', { 'x.txt': 'x' }, { into: fork, as: 'outsider' });
    world.open('outsider:change', {}, 'outsider');
    const [waiting] = [...world.core.tables.workflowRuns.all()].filter(({ headSha }) => headSha === head);
    world.call('owner', `POST /repos/owner/repo/actions/runs/${waiting!.id}/approve`);
    world.upload(world.finish(head), 'slipway-tiny', handoverZip(FILES));
    expect(await one.pass()).toMatchObject([{ head, status: 'judged' }]);
    expect([...one.memory.ledger.records.values()]).toMatchObject([{ head, same_repository: false }]);
  });
});

describe('an artifact is refused', () => {
  const refused = async (one: Judging, message: RegExp) => {
    const [result, ...more] = await one.pass();
    expect(more).toEqual([]);
    expect(result).toMatchObject({
      status: 'refused',
      decision: 'error',
      conclusion: 'failure',
      record: null,
    });
    expect(result?.message).toMatch(message);
    expect(one.lines).toMatchObject([{ message: 'pull request refused', facts: { why: result?.message } }]);
    expect(toMarkdown(result!.document)).toContain('ERROR');
    // Said once, and remembered.
    one.lines.length = 0;
    expect(await one.pass()).toEqual([result]);
    expect(one.lines).toEqual([]);
  };

  test('where the judging process says so, in inert words', async () => {
    const message = 'holds "<img src=x> @owner #1"';
    const one = judging(() => ({ status: 'refused', model: 'tiny', code: 'ARTIFACT_REFUSED', message }));
    proposal(one);
    await refused(one, /holds/);
    expect(one.asked).toHaveLength(1);
    const shown = toMarkdown((await one.pass())[0]!.document);
    expect(shown).not.toMatch(/<img|(^|[^`\\])@owner/);
  });

  test('where it is larger than what is taken, before a byte is asked for', async () => {
    const one = judging();
    const { artifact } = proposal(one);
    const { artifacts } = one.world.core.tables;
    one.world.core.store.transaction(() => artifacts.put({ ...artifacts.require(artifact), size: 50e9 }));
    await refused(one, /50000000000 bytes, at most/);
    expect(one.asked).toEqual([]);
  });

  test('where its bytes are not those that GitHub knows', async () => {
    const one = judging();
    const { run } = proposal(one);
    one.world.upload(run, 'slipway-tiny', handoverZip(FILES), { sha256: digest('others') });
    await refused(one, /has digest/);
  });

  test('where it has expired', async () => {
    const one = judging();
    const { artifact } = proposal(one);
    const { artifacts } = one.world.core.tables;
    const expiresAt = '2025-12-31T00:00:00Z';
    one.world.core.store.transaction(() => artifacts.put({ ...artifacts.require(artifact), expiresAt }));
    await refused(one, /expired/);
  });

  test('and skipped, where the base has no such model', async () => {
    const one = judging(undefined, ['other']);
    proposal(one);
    expect(await one.pass()).toMatchObject([{ status: 'skipped', model: 'tiny', conclusion: 'neutral' }]);
    expect(one.asked).toEqual([]);
  });

  test('where its name may mean two models', async () => {
    const one = judging(undefined, ['a/b', 'a--b']);
    proposal(one, handoverZip(FILES), { 'x.txt': 'x' }, 'slipway-a--b');
    await refused(one, /several models/);
  });
});

describe('a judgement that crashes', () => {
  const crash = () => {
    throw new PlatformError({ code: 'JUDGE_FAILED', message: 'the process that judges ended with SIGKILL' });
  };

  test('is tried again twice, then said', async () => {
    const one = judging(crash);
    proposal(one);
    expect(await one.pass()).toEqual([]);
    expect(await one.pass()).toEqual([]);
    const third = await one.pass();
    expect(third).toMatchObject([{ status: 'failed', reason: 'JUDGE_FAILED', conclusion: 'failure' }]);
    expect(await one.pass()).toEqual(third);
    expect(one.asked).toHaveLength(3);
    expect(one.lines.map(({ message }) => message)).toEqual([
      'judging crashed',
      'judging crashed',
      'pull request failed',
    ]);
  });

  test('once is forgotten when it succeeds', async () => {
    let tries = 0;
    const one = judging(() => (++tries === 1 ? crash() : judgedAnswer()));
    proposal(one);
    expect(await one.pass()).toEqual([]);
    expect(await one.pass()).toMatchObject([{ status: 'judged' }]);
  });

  test.each([
    ['nothing', null],
    ['a verdict of its own', { ...judgedAnswer(), decision: 'pass' }],
    ['another model', judgedAnswer({ model: 'other' })],
    ['a metric that is text', judgedAnswer({}, { alpha: '0.05' as never })],
    ['a reason that does not exist', judgedAnswer({}, { reason: 'FINE' as never })],
    ['a way out', judgedAnswer({ files: [{ path: '../m', bytes: 1, sha256: digest('') }] })],
  ])('is what an answer with %s counts as', async (_, answer) => {
    const one = judging(() => answer);
    proposal(one);
    expect(await one.pass()).toEqual([]);
    expect(one.lines).toMatchObject([{ message: 'judging crashed', facts: { crashes: 1 } }]);
    expect(one.memory.ledger.months.size).toBe(0);
  });
});
