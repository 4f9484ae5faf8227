import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

import { askCommand } from '../../src/entry/promote.ts';
import type { Session } from '../../src/entry/execute.ts';
import { listCommand } from '../../src/entry/registry.ts';
import { statusCommand } from '../../src/entry/status.ts';
import { sampleEntries, writeHistory } from '../../test/support/log-history.ts';
import { limitRow, ratioRow, type Bench, type BenchContext, type BenchRow } from './bench.ts';
import { artifactName, gtoTags, writeRepository, type GtoSize } from './gto-history.ts';
import { commitAll, git } from './git.ts';
import { interleave, runProgram, sampleOf, type Sample, type Timed } from './measure.ts';
import { PINNED, ROOT, slipway } from './nodes.ts';

/** What the limit is for. */
const LARGE = { versions: 5000, stageTags: 5000, artifacts: 50 };
/** What GTO is measured with unless it is `--full`: one use of it takes a minute and more with the large one. */
const SMALL = { versions: 1000, stageTags: 1000, artifacts: 50 };
const ROUNDS = 9;
/** With `--full`; else each use of GTO is measured once. */
const PEER_ROUNDS = 3;

/** State and promotion over the same history, ours in the log and GTO's in tags. */
export const registryBench: Bench = {
  name: 'registry',
  title: 'Registry: versions and stage changes in 50 models, local clone',
  run,
};

async function run(context: BenchContext): Promise<readonly BenchRow[]> {
  const folder = mkdtempSync(join(context.folder, 'registry-'));
  try {
    const large = await written(join(folder, 'large'), LARGE, context);
    const ours = await measureOurs(large, context);
    const limit = limitRow(`status of ${sizeOf(LARGE)}, in process`, ours.status, 50, bestOf(ours.status));
    const size = context.full ? LARGE : SMALL;
    const repository = context.full ? large : await written(join(folder, 'small'), size, context);
    const beside = context.full ? ours : await measureOurs(repository, context);
    return [limit, ...rowsOf(beside, await measurePeer(repository, context), sizeOf(size))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function sizeOf({ versions, stageTags }: GtoSize): string {
  return `${versions} versions and ${stageTags} stage changes`;
}

function bestOf({ min }: Sample): string {
  return `best ${min.toFixed(0)} ms`;
}

/** A repository that holds a history twice: in our log and in GTO's tags. */
async function written(repository: string, size: GtoSize, context: BenchContext): Promise<string> {
  context.say(`writing ${sizeOf(size)}`);
  writeRepository(repository, size.versions, gtoTags(size));
  writeFileSync(join(repository, 'slipway.yaml'), configText());
  commitAll(repository);
  git(repository, 'config', 'user.email', 'writer@example.com');
  const { artifacts: models, versions, stageTags: steps } = size;
  await writeHistory(repository, sampleEntries({ models, versions, steps }));
  return repository;
}

function configText(): string {
  const models = Array.from(
    { length: LARGE.artifacts },
    (_, i) =>
      `  ${artifactName(i)}: { task: binary, data: { source: d.csv, split: { test: 0.2 }, id: id, target: y }, train: { run: make, outputs: { entry: m.onnx } }, evaluate: { metrics: [roc_auc] }, stages: { staging: { target: local }, production: { target: local }, canary: { target: local } } }`,
  );
  return `version: 1\nmodels:\n${models.join('\n')}\n`;
}

interface Ours {
  readonly status: Sample;
  readonly list: Sample;
  readonly promote: Sample;
  readonly statusCommand: Sample;
  readonly promoteCommand: Sample;
}

const SILENT = {
  line: () => undefined,
  status: () => undefined,
  log: () => undefined,
  end: () => undefined,
};

async function measureOurs(repository: string, context: BenchContext): Promise<Ours> {
  const session: Session = {
    flags: {},
    cwd: repository,
    signal: context.signal,
    progress: SILENT,
    color: false,
    width: 100,
  };
  const timed =
    (work: () => Promise<unknown>): Timed =>
    async () => {
      const started = performance.now();
      await work();
      return { ms: performance.now() - started };
    };
  // Each round promotes another model, so that none is there already.
  let model = 0;
  const next = (): string => `${artifactName(model++ % LARGE.artifacts)}@v1.9.0`;
  const command =
    (...args: string[]): Timed =>
    () =>
      runProgram(
        { command: PINNED.file, args: slipway(...args), cwd: repository, env: TOKENLESS },
        context.signal,
      );
  context.say(`${ROUNDS} rounds of status, list and promote, in process and as commands`);
  const [status, list, promote, asCommand, promoted] = await interleave(
    [
      timed(() => statusCommand(session, undefined)),
      timed(() => listCommand(session, undefined)),
      timed(() => askCommand(session, 'promote', next(), 'canary')),
      command('status', '--json'),
      () => command('promote', next(), 'canary', '--json')(),
    ],
    ROUNDS,
    2,
  );
  return {
    status: status!,
    list: list!,
    promote: promote!,
    statusCommand: asCommand!,
    promoteCommand: promoted!,
  };
}

const TOKENLESS = { GH_TOKEN: '', GITHUB_TOKEN: '' };

const PEER = ['show_api', 'assign_api', 'show_command', 'assign_command'] as const;
type Peer = Readonly<Record<(typeof PEER)[number], Sample>>;

async function measurePeer(repository: string, context: BenchContext): Promise<Peer> {
  if (!existsSync(join(context.python, '..', 'gto')))
    throw new Error('GTO is not in .venv; run: make install');
  const script = join(ROOT, 'scripts/bench/gto_peer.py');
  const rounds = context.full ? PEER_ROUNDS : 1;
  const runs = new Map(PEER.map((what) => [what, [] as number[]]));
  for (let round = 1; round <= rounds; round++) {
    for (const what of PEER) {
      const args = [script, what, repository, artifactName(round), 'canary', 'v1.9.0'];
      const { stdout } = await runProgram({ command: context.python, args, cwd: repository }, context.signal);
      const seconds = Number(stdout);
      context.say(
        `gto’s ${what.replace('_', ', as ')}: ${seconds.toFixed(1)} s (round ${round} of ${rounds})`,
      );
      runs.get(what)!.push(seconds * 1000);
    }
  }
  return Object.fromEntries([...runs].map(([what, times]) => [what, sampleOf(times)])) as unknown as Peer;
}

function rowsOf(ours: Ours, peer: Peer, of: string): readonly BenchRow[] {
  const inProcess = `both in process, ${of}`;
  const commands = `as commands, ${of}`;
  return [
    ratioRow('status beside gto’s api.show', ours.status, peer.show_api, 100, inProcess),
    ratioRow('registry list beside gto’s api.show', ours.list, peer.show_api, null, inProcess),
    ratioRow('slipway status beside gto show', ours.statusCommand, peer.show_command, null, commands),
    ratioRow('promote beside gto’s api.assign', ours.promote, peer.assign_api, 100, inProcess),
    ratioRow('slipway promote beside gto assign', ours.promoteCommand, peer.assign_command, null, commands),
  ];
}
