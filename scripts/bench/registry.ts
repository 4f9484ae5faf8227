import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

import { openLocalLog } from '../../src/entry/local-log.ts';
import { askCommand } from '../../src/entry/promote.ts';
import type { Session } from '../../src/entry/execute.ts';
import { listCommand } from '../../src/entry/registry.ts';
import { statusCommand } from '../../src/entry/status.ts';
import { statusOf } from '../../src/registry/index.ts';
import { sampleEntries, writeHistory } from '../../test/support/log-history.ts';
import { limitRow, ratioRow, type Bench, type BenchContext, type BenchRow } from './bench.ts';
import { artifactName, gtoTags, writeRepository } from './gto-history.ts';
import { commitAll, git } from './git.ts';
import { interleave, runProgram, sampleOf, type Sample, type Timed } from './measure.ts';
import { PINNED, ROOT, slipway } from './nodes.ts';

const SIZE = { versions: 5000, stageTags: 5000, artifacts: 50 };
const ROUNDS = 9;
/** With `--full`, also as commands; else GTO is asked once within a process, which takes a minute each time. */
const PEER_ROUNDS = 3;

/** State and promotion over the same history, ours in the log and GTO's in tags. */
export const registryBench: Bench = {
  name: 'registry',
  title: `Registry: ${SIZE.versions} versions and ${SIZE.stageTags} stage changes in ${SIZE.artifacts} models, local clone`,
  run,
};

async function run(context: BenchContext): Promise<readonly BenchRow[]> {
  const folder = mkdtempSync(join(context.folder, 'registry-'));
  try {
    context.say('writing both histories');
    const repository = await written(join(folder, 'repository'));
    return rowsOf(await measureOurs(repository, context), await measurePeer(repository, context));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A repository that holds a history twice: in our log and in GTO's tags. */
async function written(repository: string): Promise<string> {
  writeRepository(repository, SIZE.versions, gtoTags(SIZE));
  writeFileSync(join(repository, 'slipway.yaml'), configText());
  commitAll(repository);
  git(repository, 'config', 'user.email', 'writer@example.com');
  const { artifacts: models, versions, stageTags: steps } = SIZE;
  await writeHistory(repository, sampleEntries({ models, versions, steps }));
  return repository;
}

function configText(): string {
  const models = Array.from(
    { length: SIZE.artifacts },
    (_, i) =>
      `  ${artifactName(i)}: { task: binary, data: { source: d.csv, split: { test: 0.2 }, id: id, target: y }, train: { run: make, outputs: { entry: m.onnx } }, evaluate: { metrics: [roc_auc] }, stages: { staging: { target: local }, production: { target: local }, canary: { target: local } } }`,
  );
  return `version: 1\nmodels:\n${models.join('\n')}\n`;
}

interface Ours {
  /** The log read and folded, and what each stage of it runs. */
  readonly state: Sample;
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
  const next = (): string => `${artifactName(model++ % SIZE.artifacts)}@v1.9.0`;
  const command =
    (...args: string[]): Timed =>
    () =>
      runProgram(
        { command: PINNED.file, args: slipway(...args), cwd: repository, env: TOKENLESS },
        context.signal,
      );
  context.say(`${ROUNDS} rounds of status, list and promote, in process and as commands`);
  const [state, status, list, promote, asCommand, promoted] = await interleave(
    [
      timed(async () => statusOf((await openLocalLog(session)).log, null, {})),
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
    state: state!,
    status: status!,
    list: list!,
    promote: promote!,
    statusCommand: asCommand!,
    promoteCommand: promoted!,
  };
}

const TOKENLESS = { GH_TOKEN: '', GITHUB_TOKEN: '' };

type PeerUse = 'show_api' | 'assign_api' | 'show_command' | 'assign_command';
type Peer = Readonly<Partial<Record<PeerUse, Sample>>>;

async function measurePeer(repository: string, context: BenchContext): Promise<Peer> {
  if (!existsSync(join(context.python, '..', 'gto')))
    throw new Error('GTO is not in .venv; run: make install');
  const script = join(ROOT, 'scripts/bench/gto_peer.py');
  const rounds = context.full ? PEER_ROUNDS : 1;
  const uses: readonly PeerUse[] = ['show_api', 'assign_api'];
  const commands: readonly PeerUse[] = context.full ? ['show_command', 'assign_command'] : [];
  const runs = new Map([...uses, ...commands].map((what) => [what, [] as number[]]));
  for (let round = 1; round <= rounds; round++) {
    for (const [what, times] of runs) {
      const args = [script, what, repository, artifactName(round), 'canary', 'v1.9.0'];
      const { stdout } = await runProgram({ command: context.python, args, cwd: repository }, context.signal);
      const seconds = Number(stdout);
      context.say(
        `gto’s ${what.replace('_', ', as ')}: ${seconds.toFixed(1)} s (round ${round} of ${rounds})`,
      );
      times.push(seconds * 1000);
    }
  }
  return Object.fromEntries([...runs].map(([what, times]) => [what, sampleOf(times)]));
}

function rowsOf(ours: Ours, peer: Peer): readonly BenchRow[] {
  const row = (what: string, mine: Sample, other: Sample | undefined, least: number | null) =>
    other === undefined ? [] : [ratioRow(what, mine, other, least)];
  const [show, assign] = [peer.show_api, peer.assign_api];
  const best = `best ${ours.state.min.toFixed(0)} ms`;
  return [
    limitRow('state of all models, in process', ours.state, 50, best),
    ...row('state beside gto’s api.show, in process', ours.state, show, 100),
    ...row('registry list beside gto’s api.show, in process', ours.list, show, 100),
    ...row('status, with what waits, beside gto’s api.show, in process', ours.status, show, 100),
    ...row('promote beside gto’s api.assign, in process', ours.promote, assign, 100),
    limitRow('slipway status, as a command', ours.statusCommand, null),
    limitRow('slipway promote, as a command', ours.promoteCommand, null),
    ...row('slipway status beside gto show, as commands', ours.statusCommand, peer.show_command, null),
    ...row('slipway promote beside gto assign, as commands', ours.promoteCommand, peer.assign_command, null),
  ];
}
