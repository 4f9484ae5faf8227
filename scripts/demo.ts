import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import Table from 'cli-table3';
import colors from 'picocolors';

import { BASELINE, BRANCHES, type Branch } from './demo/branches.ts';
import { PYTHON, ROOT, Stopped, Terminal } from './demo/commands.ts';
import { differences, readVerdict, type Got } from './demo/verdict.ts';
import { applyEdits, createWorkspace, git, removeWorkspace, type Workspace } from './demo/workspace.ts';

/*
 * The flights starter in a temporary repository: a baseline and four changes, each judged by `slipway run` on the terminal.
 * Python is the project's own .venv, put first on the PATH as activating it would do; nothing is installed or downloaded.
 * Exits 1 if a verdict is not the expected one.
 */

interface Outcome {
  readonly branch: Branch;
  readonly got: Got;
  readonly wrong: readonly string[];
  readonly seconds: number;
}

async function main(): Promise<number> {
  if (!existsSync(PYTHON)) {
    process.stderr.write('demo: needs the Python of .venv; run: make install\n');
    return 4;
  }
  const started = performance.now();
  const workspace = createWorkspace(join(ROOT, 'templates', 'flights'));
  try {
    const outcomes = await play(workspace);
    say(`\n${summary(outcomes)}\n`);
    say(`${seconds(started)} s in all. Everything is kept in ${workspace.repository} until the next demo.`);
    const wrong = outcomes.flatMap(({ branch, wrong: list }) => list.map((one) => `${branch.name}: ${one}`));
    for (const one of wrong) say(colors.red(one));
    return wrong.length === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Stopped)) {
      process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
      process.stderr.write(`demo: cannot go on; what there is lies in ${workspace.folder}\n`);
      return 1;
    }
    removeWorkspace(workspace);
    process.stderr.write('\ndemo: stopped, temporary files removed\n');
    return 130;
  }
}

async function play(workspace: Workspace): Promise<readonly Outcome[]> {
  const { repository } = workspace;
  const terminal = new Terminal(repository);
  say(`A repository from templates/flights in ${repository}`);
  command('python prepare.py');
  await terminal.python('prepare.py');
  git(repository, 'init', '--quiet', '--initial-branch=main');
  git(repository, 'add', '--all');
  git(repository, 'commit', '--quiet', '--message', 'Late flights');

  const outcomes: Outcome[] = [];
  for (const [index, branch] of [BASELINE, ...BRANCHES].entries()) {
    title(`${index + 1} of ${BRANCHES.length + 1}  ${branch.name}: ${branch.story}`);
    if (branch !== BASELINE) startBranch(repository, branch);
    outcomes.push(await judge(terminal, branch));
  }
  return outcomes;
}

function startBranch(repository: string, branch: Branch): void {
  git(repository, 'switch', '--quiet', '--create', branch.name, 'main');
  applyEdits(repository, branch.edits);
  git(repository, 'commit', '--quiet', '--all', '--message', branch.story);
}

/** Runs as a person would, then once more as a program: nothing has changed, so all of it must come from the cache. */
async function judge(terminal: Terminal, branch: Branch): Promise<Outcome> {
  const started = performance.now();
  command('slipway run');
  const exit = await terminal.slipway('run');
  const got = readVerdict(await terminal.document('run'), exit);
  const wrong = differences(branch.expected, got);
  const { winsAt } = branch.expected;
  if (winsAt !== undefined && got.wins.includes(winsAt))
    say(`${winsAt} is better by itself (its slice in the report); the verdict is about all flights`);
  return { branch, got, wrong, seconds: seconds(started) };
}

function summary(outcomes: readonly Outcome[]): string {
  const table = new Table({
    head: ['branch', 'expected', 'got', 'exit', 's', ''],
    style: { head: process.stdout.isTTY ? ['bold'] : [], border: [], compact: true },
    colAligns: ['left', 'left', 'left', 'right', 'right', 'left'],
  });
  for (const { branch, got, wrong, seconds: took } of outcomes) {
    const mark = wrong.length === 0 ? colors.green('as expected') : colors.red('NOT AS EXPECTED');
    table.push([branch.name, branch.expected.words, describe(got), got.exit, took, mark]);
  }
  const reports = outcomes.flatMap(({ branch, got }) =>
    got.report === null ? [] : [`  ${branch.name.padEnd(10)} ${pathToFileURL(got.report).href}`],
  );
  return [table.toString(), '', 'Reports:', ...reports].join('\n');
}

function describe(got: Got): string {
  if (got.verdict === 'inconclusive') return 'cannot tell';
  if (got.verdict === null || got.verdict === got.decision) return got.decision;
  if (got.metricReason === 'IDENTICAL') return `${got.decision}, identical`;
  return `${got.decision}, ${got.verdict}`;
}

function title(text: string): void {
  say(`\n${colors.bold(text)}`);
}

function command(text: string): void {
  say(colors.dim(`$ ${text}`));
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function seconds(since: number): number {
  return Math.round((performance.now() - since) / 1000);
}

process.exitCode = await main();
