import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

import { askCommand } from '../../src/entry/promote.ts';
import type { Session } from '../../src/entry/execute.ts';
import { listCommand } from '../../src/entry/registry.ts';
import { statusCommand } from '../../src/entry/status.ts';
import { sampleEntries, writeHistory } from '../../test/support/log-history.ts';
import { limitRow, ratioRow, type Bench, type BenchContext, type BenchRow } from './bench.ts';
import { artifactName, gtoTags, writeRepository } from './gto-history.ts';
import { commitAll, git } from './git.ts';
import { interleave, runProgram, sampleOf, type Sample, type Timed } from './measure.ts';
import { PINNED, ROOT, slipway } from './nodes.ts';

const SIZE = { versions: 5000, stageTags: 5000, artifacts: 50 };
const ROUNDS = 9;
/** With `--full`. One use of GTO takes a minute: without it each is measured once. */
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
    const repository = join(folder, 'repository');
    writeRepository(repository, SIZE.versions, gtoTags(SIZE));
    const config = configText();
    writeFileSync(join(repository, 'slipway.yaml'), config);
    commitAll(repository);
    git(repository, 'config', 'user.email', 'writer@example.com');
    const steps = { versions: SIZE.versions, steps: SIZE.stageTags };
    await writeHistory(repository, sampleEntries({ models: SIZE.artifacts, ...steps }));
    const ours = await measureOurs(repository, context);
    const peerCopy = join(folder, 'peer');
    cpSync(repository, peerCopy, { recursive: true });
    return rowsOf(ours, await measurePeer(peerCopy, context));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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
  const next = (): string => `${artifactName(model++ % SIZE.artifacts)}@v1.99.0`;
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
      const args = [script, what, repository, artifactName(round), 'canary', 'v1.99.0'];
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

function rowsOf(ours: Ours, peer: Peer): readonly BenchRow[] {
  return [
    limitRow('status of all models, in process', ours.status, 50),
    ratioRow('status beside gto’s api.show', ours.status, peer.show_api, 100, 'both in process'),
    ratioRow('registry list beside gto’s api.show', ours.list, peer.show_api, null, 'both in process'),
    ratioRow('slipway status beside gto show', ours.statusCommand, peer.show_command, null, 'as commands'),
    ratioRow('promote beside gto’s api.assign', ours.promote, peer.assign_api, 100, 'both in process'),
    ratioRow(
      'slipway promote beside gto assign',
      ours.promoteCommand,
      peer.assign_command,
      null,
      'as commands',
    ),
  ];
}
