import { createSandbox, type Sandbox } from '../../sandbox/index.ts';
import { manualClock, seededRandomness } from '../../sandbox/kernel/environment.ts';
import type { Validation } from '../../sandbox/kernel/pipeline.ts';
import { addRepository, seedSamples } from '../../sandbox/seed.ts';
import { refKey } from '../../sandbox/state/repositories.ts';
import type { Bench, BenchContext, BenchRow } from './bench.ts';
import { sampleOf, type Sample } from './measure.ts';

const CALLS = 4000;
const ROUNDS = 5;
const WARM_UP = 500;
const MANY_CALLS = 1_000_000;
const FEW_CALLS = 200_000;
const REPOSITORIES = 500;
const PULLS = 20_000;

type Call = (method: string, path: string, body?: object) => number;

/** A GitHub on this machine: calls a second, how size and age slow it. */
export const sandboxBench: Bench = { name: 'sandbox', title: 'Sandbox: calls in memory', run };

function run(context: BenchContext): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [validation, least] of [
    ['nothing', 20_000],
    ['requests', null],
    ['everything', 4000],
  ] as const) {
    context.say(`${ROUNDS} rounds of ${CALLS} calls, validation of ${validation}`);
    const call = caller(newSandbox(validation));
    for (let n = 0; n < WARM_UP; n++) mixed(call, n);
    rows.push(rateRow(`calls a second, validation of ${validation}`, timed(call), least));
  }
  context.say(`${REPOSITORIES} repositories and ${PULLS.toLocaleString('en')} pull requests`);
  rows.push(sizeRow());
  const calls = context.full ? MANY_CALLS : FEW_CALLS;
  context.say(`${calls.toLocaleString('en')} calls in one process`);
  rows.push(memoryRow(calls));
  return Promise.resolve(rows);
}

function newSandbox(validation: Validation): Sandbox {
  const hour = 1e12;
  return createSandbox({
    validation,
    clock: manualClock(),
    random: seededRandomness(1),
    limits: { ratePerHour: { anonymous: hour, user: hour, installation: hour, job: hour } },
  });
}

function caller(sandbox: Sandbox): Call {
  const users = seedSamples(sandbox.core);
  const authorization = `token ${users[0]?.token ?? ''}`;
  const headers = { 'user-agent': 'bench', authorization };
  const call: Call = (method, path, body) =>
    sandbox.handle({
      method,
      url: `http://api.github.localhost${path}`,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).status;
  expectStatus(call('POST', '/user/repos', { name: 'repo', auto_init: true }), 201);
  expectStatus(call('POST', '/repos/owner/repo/issues', { title: 'one' }), 201);
  expectStatus(call('POST', '/repos/owner/repo/issues/1/comments', { body: 'first' }), 201);
  const first = tip(sandbox);
  expectStatus(call('POST', `${REPO}/git/refs`, { ref: 'refs/heads/older', sha: first }), 201);
  expectStatus(call('PUT', `${REPO}/contents/change`, { message: 'change', content: '' }), 201);
  pull(call, 0, tip(sandbox));
  return call;
}

const REPO = '/repos/owner/repo';
/** What they write they write over, so that the state stays as large as it was. */
const MIX: readonly (readonly [method: string, path: string, status: number, body?: object])[] = [
  ['GET', REPO, 200],
  ['GET', `${REPO}/issues/1`, 200],
  ['GET', `${REPO}/issues/1/comments`, 200],
  ['GET', `${REPO}/git/ref/heads/main`, 200],
  ['PATCH', `${REPO}/issues/1`, 200, { body: 'the same' }],
  ['GET', `${REPO}/labels?per_page=5`, 200],
  ['GET', `${REPO}/pulls?per_page=1`, 200],
  ['GET', `${REPO}/branches?per_page=1`, 200],
  ['GET', `${REPO}/issues/9999999`, 404],
];

function mixed(call: Call, n: number): void {
  const [method, path, status, body] = MIX[n % MIX.length] ?? MIX[0]!;
  expectStatus(call(method, path, body), status);
}

function expectStatus(found: number, expected: number): void {
  if (found !== expected) throw new Error(`the sandbox answered ${found}, expected ${expected}`);
}

function timed(call: Call): Sample {
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    for (let n = 0; n < CALLS; n++) mixed(call, n);
    rates.push((CALLS / (performance.now() - started)) * 1000);
  }
  return sampleOf(rates);
}

function rateRow(what: string, ours: Sample, least: number | null): BenchRow {
  const figure = `${Math.round(ours.median).toLocaleString('en')} /s`;
  const bar = least === null ? null : `≥ ${least.toLocaleString('en')} /s`;
  return { what, ours, peer: null, figure, bar, reached: least === null ? null : ours.median >= least };
}

/** The same calls before and after the sandbox has grown. */
function sizeRow(): BenchRow {
  const sandbox = newSandbox('nothing');
  const call = caller(sandbox);
  for (let n = 0; n < WARM_UP; n++) mixed(call, n);
  const small = timed(call);
  grow(sandbox, call);
  for (let n = 0; n < WARM_UP; n++) mixed(call, n);
  const large = timed(call);
  const times = small.median / large.median;
  return {
    what: `a call among ${REPOSITORIES} repositories and ${PULLS.toLocaleString('en')} pull requests`,
    ours: large,
    peer: small,
    figure: `${times.toPrecision(3)} × the time`,
    bar: '≤ 1.5 ×',
    reached: times <= 1.5,
    note: 'beside the same calls in an empty sandbox; calls a second',
  };
}

function grow({ core }: Sandbox, call: Call): void {
  const owner = core.tables.accounts.find('login', 'owner');
  core.store.transaction(() => {
    for (let n = 0; n < REPOSITORIES; n++) addRepository(core, owner?.id ?? 0, `repository-${n}`);
  });
  // All in the repository that is asked: the worst place for them.
  const sha = tip({ core });
  for (let n = 1; n < PULLS; n++) pull(call, n, sha);
}

function pull(call: Call, n: number, sha: string | undefined): void {
  const head = `topic-${n}`;
  expectStatus(call('POST', `${REPO}/git/refs`, { ref: `refs/heads/${head}`, sha }), 201);
  expectStatus(call('POST', `${REPO}/pulls`, { title: head, head, base: 'older' }), 201);
}

/** Where `main` is. */
function tip({ core: { tables } }: Pick<Sandbox, 'core'>): string | undefined {
  const owner = tables.accounts.find('login', 'owner')?.id ?? 0;
  const repository = tables.repositories.find('name', `${owner}/repo`)?.id ?? 0;
  return tables.refs.get(refKey(repository, 'refs/heads/main'))?.oid;
}

function memoryRow(calls: number): BenchRow {
  const call = caller(newSandbox('nothing'));
  for (let n = 0; n < calls / 10; n++) mixed(call, n);
  const before = heapMegabytes();
  for (let n = 0; n < calls; n++) mixed(call, n);
  const grown = heapMegabytes() - before;
  return {
    what: `heap after ${calls.toLocaleString('en')} calls more`,
    ours: sampleOf([grown]),
    peer: null,
    figure: `${grown.toFixed(1)} MB more`,
    bar: '≤ 20 MB more',
    reached: grown <= 20,
  };
}

function heapMegabytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1e6;
}
