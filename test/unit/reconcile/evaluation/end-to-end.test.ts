import { copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Comparison } from '../../../../src/contracts/comparison.ts';
import { digestOf } from '../../../../src/contracts/digest.ts';
import type { ModelState } from '../../../../src/contracts/model-state.ts';
import type { RunRecord } from '../../../../src/contracts/run.ts';
import { judgeProgram } from '../../../../src/entry/judge-artifact.ts';
import { createJudge } from '../../../../src/platform/compute/judge-process.ts';
import { createTableFiles } from '../../../../src/platform/native/duckdb-tables.ts';
import {
  judgePulls,
  ledgerAccess,
  newJudgingMemory,
  pullEvaluations,
  readRecords,
} from '../../../../src/reconcile/evaluation/index.ts';
import type { BaselineSource } from '../../../../src/reconcile/ports.ts';
import { dropColumns } from '../../../../src/table/index.ts';
import { slipway } from '../../../support/cli.ts';
import { digest, handoverZip, judgingWorld } from '../../../support/judging-world.ts';
import { createTinyRepository, type TinyRepository } from '../../../support/tiny-repository.ts';

/** What `slipway run` recorded. */
interface LocalRun {
  readonly record: RunRecord;
  readonly comparison: Comparison;
  /** Its predictions with the answers beside them, and without. */
  readonly released: string;
  readonly handed: Buffer;
  readonly model: Buffer;
}

const FILES = ['data.csv', 'train.cjs', 'predict.cjs', 'params.json', 'slipway.yaml'];

let repository: TinyRepository;
let scratch: string;
let base: LocalRun;
let worse: LocalRun;
let same: LocalRun;

async function runLocally(name: string): Promise<LocalRun> {
  const { code, stdout, stderr } = await slipway(repository.folder, ['run', '--json', '--look', '1']);
  const document = JSON.parse(stdout) as { models: [{ run: string }] };
  expect([0, 1, 3], stderr).toContain(code);
  const folder = join(repository.folder, '.slipway', 'runs', document.models[0].run);
  const json = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const tables = createTableFiles();
  const released = join(scratch, `${name}-released.parquet`);
  copyFileSync(join(folder, 'predictions.parquet'), released);
  const handed = join(scratch, `${name}.parquet`);
  await tables.write(dropColumns(await tables.read([released], {}), ['y']), handed, 'parquet');
  const outputs = readdirSync(join(folder, 'outputs'));
  expect(outputs).toEqual(['model.json']);
  return {
    record: json('run.json') as RunRecord,
    comparison: (json('evaluation.json') as { comparison: Comparison }).comparison,
    released,
    handed: readFileSync(handed),
    model: readFileSync(join(folder, 'outputs', 'model.json')),
  };
}

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'slipway-e2e-'));
  repository = createTinyRepository();
  base = await runLocally('base');
  repository.git('checkout', '-q', '-b', 'worse');
  repository.write('params.json', '{"weight": -0.3}\n');
  repository.commit('worse');
  worse = await runLocally('worse');
  repository.write('params.json', '{"weight": 1.4}\n');
  repository.commit('same');
  same = await runLocally('same');
}, 60_000);

afterAll(() => {
  repository[Symbol.dispose]();
  rmSync(scratch, { recursive: true, force: true });
});

function zipOfRun({ record, handed, model }: LocalRun): Buffer {
  const { train, test: rows } = record.digests.data!;
  return handoverZip(
    { 'predictions.parquet': handed, 'model/model.json': model },
    { dataset: { train, test: rows }, train_key: record.digests.train_key },
  );
}

/** A version that runs in production, with the base's predictions as it released them. */
function production(): { versions: ReadonlyMap<string, ModelState>; baselines: BaselineSource } {
  const manifest = digest('manifest');
  const version = { version: 'v1.0.0', n: 1, at: '', manifest, commit: 'c'.repeat(40), pull: null };
  const more = { authors: [], evaluation: null, verdict: null };
  const verified = [{ version: 'v1.0.0', n: 2, at: '', until: null }];
  const state: ModelState = {
    schema: 'slipway.model-state/1',
    model: 'tiny',
    n: 2,
    versions: [{ ...version, ...more }],
    stages: { production: { held: null, verified, withdrawn: [], frozen: null } },
    accepted: [],
  };
  const bytes = readFileSync(base.released);
  const dataset = base.record.digests.data!.test;
  const one = { dataset, name: 'predictions.parquet', bytes: bytes.length, sha256: digest(bytes) };
  return {
    versions: new Map([['tiny', state]]),
    baselines: {
      predictions: () => Promise.resolve([one]),
      fetch: (_version, _predictions, file) => copyFile(base.released, file),
    },
  };
}

async function judged(run: LocalRun, zip = zipOfRun(run)) {
  const files = FILES.map((name) => [name, readFileSync(join(repository.folder, name), 'utf8')] as const);
  const world = judgingWorld({ ...Object.fromEntries(files), 'params.json': '{"weight": 1.5}\n' });
  const head = world.push('change', { 'params.json': JSON.stringify(run.record.params) });
  const number = world.open('change');
  world.upload(world.finish(head), 'slipway-tiny', zip);
  const { versions, baselines } = production();
  const ports = { ...world.ports, judge: createJudge(judgeProgram()), baselines };
  const memory = newJudgingMemory();
  const by = { commit: world.tip('main'), models: ['tiny'], versions };
  const judge = async () => await judgePulls(ports, memory, await world.pulls(), by);
  const [result] = await judge();
  const access = ledgerAccess(ports, newJudgingMemory(), world.repository.id);
  const trainKey = run.record.digests.train_key!;
  const records = await readRecords(access, { model: 'tiny', trainKey, head });
  return { world, head, number, judge, memory, result: result!, record: records[0]! };
}

describe('what a run handed over is judged as the run itself would be', () => {
  test('and recorded: a model that is not worse', async () => {
    const { result, record, head, number, memory, world, judge } = await judged(same);
    expect(same.comparison.decision).toBe('pass');
    // All but the remarks on training, which the run saw and the judge did not.
    expect(record.comparison).toEqual({ ...same.comparison, warnings: expect.anything() as unknown });
    expect(record).toMatchObject({
      decision: 'pass',
      reason: same.comparison.reason,
      candidate: same.record.digests.model,
      train_key: same.record.digests.train_key,
      dataset: { train: same.record.digests.data!.train, test: same.record.digests.data!.test },
      baseline: { kind: 'production', version: 'v1.0.0' },
      files: [{ path: 'model.json', sha256: digest(same.model) }],
      predictions: { candidate: digest(same.handed) },
      ...{ head, pull: number, same_repository: true, workflows_equal_base: true },
      run: { attempt: 1, conclusion: 'success' },
    });
    expect(result).toMatchObject({ decision: 'pass', conclusion: 'success', record: digestOf(record) });
    expect(result.document.title).toMatch(/^tiny: PASS/);
    expect(pullEvaluations(memory, number)).toMatchObject({
      tiny: { digest: digestOf(record), decision: 'pass', judged: record.judged },
    });
    // A judged head costs a look, which is free of charge where nothing is new.
    world.calls.length = 0;
    expect(await judge()).toEqual([result]);
    expect(world.calls.filter((route) => !route.endsWith('/pulls'))).toEqual([
      'GET /repos/{owner}/{repo}',
      'GET /repos/{owner}/{repo}/git/matching-refs/{ref}',
      'GET /repos/{owner}/{repo}/actions/runs',
    ]);
  });

  test('and refused by the check: a model that is worse', async () => {
    const { result, record } = await judged(worse);
    expect(worse.comparison.decision).toBe('fail');
    expect(record).toMatchObject({ decision: 'fail', reason: worse.comparison.reason });
    expect((record.comparison as Comparison).metrics).toEqual(worse.comparison.metrics);
    expect((record.comparison as Comparison).gates).toEqual(worse.comparison.gates);
    expect(result.conclusion).toBe('failure');
  });
});

describe('what is hostile is refused by the very process that judges', () => {
  test.each<[string, Parameters<typeof handoverZip>[0], Parameters<typeof handoverZip>[2], RegExp]>([
    ['a name that leads out', {}, [{ name: '../../etc/cron.d/x', content: 'x' }], /relative path/],
    ['a link', {}, [{ name: 'model/l', content: '/etc/passwd', mode: 0o120777 }], /is a link/],
    ['a bomb', {}, [{ name: 'model/b', content: Buffer.alloc(30_000_000) }], /that unpack to/],
    [
      'a pickle',
      {
        'model/m.pkl': Buffer.from('\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00\x8c\x07builtins.', 'latin1'),
      },
      [],
      /m\.pkl/,
    ],
    [
      'a broken table',
      { 'predictions.parquet': Buffer.from('PAR1 nothing PAR1') },
      [],
      /predictions\.parquet/,
    ],
  ])('%s', async (_, files, extra, message) => {
    const honest = { 'predictions.parquet': same.handed, 'model/model.json': same.model };
    const { result, record } = await judged(same, handoverZip({ ...honest, ...files }, {}, extra));
    expect(result).toMatchObject({ status: 'refused', conclusion: 'failure', record: null });
    expect(result.message).toMatch(message);
    expect(record).toBeUndefined();
  });
});
