import { Command, CommanderError, Option } from 'commander';

import { EXIT } from '../contracts/decision.ts';
import { InputError } from '../contracts/errors.ts';
import { addBotCommands } from './bot-commands.ts';
import { add, numberOption, perform, withConfigFlag } from './command-line.ts';
import { execute } from './execute.ts';
import { ignoreLostReaders } from './print.ts';
import { addRegistryCommands } from './registry-commands.ts';
import { VERSION } from './version.ts';

function listOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text) => splitList(text));
}

/** Splits at commas that are not inside brackets or parentheses: `f1,recall[a,b],mean(x)`. */
function splitList(text: string): string[] {
  const parts = text.split(/,(?![^([]*[)\]])/);
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** Flags shared by `compare` and `evaluate`: how the columns are named and what is asked of them. */
function withPredictionFlags(command: Command): Command {
  return command
    .option('--id <name>', 'column that identifies a row (default: id)')
    .option('--target <name>', 'column with the true answer (default: target)')
    .option('--score <name>', 'column with the score (default: score)')
    .option('--prediction <name>', 'column with the predicted answer (default: prediction)')
    .option('--group <name>', 'column with the group of a ranking')
    .option('--weight <name>', 'column with row weights (default: weight, where the predictions hold one)')
    .option('--unit <name>', 'column that says which rows belong together; every interval goes by it')
    .option('--positive <value>', 'binary: the positive class (default: 1 or true)')
    .addOption(
      numberOption('--threshold <number>', 'binary: scores at or above it are positive (default: 0.5)'),
    )
    .addOption(listOption('--slices <list>', 'columns or conditions ("tenure < 6") to look at apart'))
    .addOption(
      listOption('--metrics <list>', 'metrics, the first is primary; task scores: "mean(wer):lower"'),
    )
    .option('--margin <metric=number...>', 'tolerated drop; makes a gate of the metric')
    .addOption(numberOption('--alpha <number>', 'error level of the intervals (default: 0.05)'))
    .addOption(
      numberOption('--look <k>', 'how many candidates this test set has judged: level alpha/k (default: 1)'),
    )
    .addOption(numberOption('--seed <n>', 'seed of the resampling (default: 1)'));
}

function addFileCommands(program: Command): void {
  const compare = withPredictionFlags(
    add(
      program,
      'compare <candidate> <baseline>',
      'compare two predictions files, or two ONNX models, on the same rows',
      'slipway compare new.csv old.csv --task binary --unit customer --margin roc_auc=0.005',
    ),
  )
    .option('--task <task>', 'binary | multiclass | regression | scores')
    .option('--data <file>', 'rows to feed to ONNX models, with id and target');
  compare.action((candidate: string, baseline: string) =>
    perform(compare, 'compare', async (session) =>
      (await import('./compare.ts')).compareCommand(session, candidate, baseline),
    ),
  );

  const evaluate = withPredictionFlags(
    add(
      program,
      'evaluate <file>',
      'evaluate one predictions file or ONNX model, beside a baseline if one is given',
      'slipway evaluate model.onnx --data test.csv --task binary --baseline old.onnx',
    ),
  )
    .option('--task <task>', 'binary | multiclass | regression | scores')
    .option('--baseline <file>', 'what to compare with')
    .option('--data <file>', 'rows with id and target; needed for ONNX models');
  evaluate.action((file: string) =>
    perform(evaluate, 'evaluate', async (session) =>
      (await import('./compare.ts')).evaluateCommand(session, file),
    ),
  );
}

function addProjectCommands(program: Command): void {
  const init = add(
    program,
    'init',
    'look at this repository and write a slipway.yaml; never overwrites',
    'slipway init --dry-run',
  );
  init.option('--dry-run', 'print what would be written');
  init.action(() =>
    perform(init, 'init', async (session) => (await import('./init.ts')).initCommand(session)),
  );

  const check = withConfigFlag(
    add(program, 'check', 'config, data and environment: all problems at once', 'slipway check --json'),
  );
  check.action(() =>
    perform(check, 'check', async (session) => (await import('./check.ts')).checkCommand(session)),
  );
}

function addRunCommand(program: Command): void {
  const run = withConfigFlag(
    add(
      program,
      'run [models...]',
      'data → train → evaluate → verdict; unchanged stages are reused',
      'slipway run churn --base main --why',
    ),
  )
    .addOption(
      new Option('--stage <stage>', 'stop after this stage').choices([
        'data',
        'train',
        'predict',
        'evaluate',
      ]),
    )
    .option('--why', 'say what changed since the last run')
    .option(
      '--base <ref>',
      'compare with the merge base with this ref (default: origin/HEAD, main, or HEAD~1 on it)',
    )
    .option('--force', 'train again even if nothing changed')
    .addOption(numberOption('--look <k>', 'how many candidates this test set has judged (default: 1)'))
    .addOption(numberOption('--seed <n>', 'seed given to training (default: 1)'))
    .option(
      '--hand-over <dir>',
      'train and predict only, and write what a pull request’s run hands over: <dir>/slipway-<model>',
    );
  run.action((models: string[]) =>
    perform(run, 'run', async (session) =>
      session.flags['handOver'] === undefined
        ? (await import('./run.ts')).runCommand(session, models)
        : (await import('./hand-over.ts')).handOverCommand(session, models),
    ),
  );
}

function addSandboxCommand(program: Command): void {
  const sandbox = add(
    program,
    'sandbox',
    'a GitHub on this machine: try pull requests, promotions and workflows before pushing them',
    'slipway sandbox --import . --data .slipway/sandbox',
  )
    .option(
      '--port <number>',
      'where it listens on 127.0.0.1 (default: 8787, or any free port; 0: any free port)',
    )
    .option('--data <dir>', 'keep everything in this folder (default: forget it at the end)')
    .option('--import <path...>', 'local git repositories to begin with; each becomes owner/<folder name>')
    .addOption(
      listOption('--runner-labels <list>', 'labels of the self-hosted runner beside self-hosted: gpu,linux'),
    );
  sandbox.action(() =>
    perform(sandbox, 'sandbox', async (session) => (await import('./sandbox.ts')).sandboxCommand(session)),
  );
}

function addRunsCommands(program: Command): void {
  const runs = program.command('runs').description('the experiments: every run is recorded');
  const list = withConfigFlag(
    add(runs, 'list', 'all runs, newest first', 'slipway runs list --model churn --limit 10'),
  );
  list
    .option('--model <name>', 'only runs of this model')
    .addOption(numberOption('--limit <n>', 'how many (default: 20)'));
  list.action(() =>
    perform(list, 'runs list', async (session) => (await import('./runs.ts')).listCommand(session)),
  );

  const show = withConfigFlag(
    add(runs, 'show [run]', 'one run, whole (default: the newest)', 'slipway runs show'),
  );
  show.action((id: string | undefined) =>
    perform(show, 'runs show', async (session) => (await import('./runs.ts')).showCommand(session, id)),
  );

  const compare = withConfigFlag(
    add(
      runs,
      'compare <run> <other>',
      'two runs side by side: params, metrics, data, environment',
      'slipway runs compare 3f2c 91ab',
    ),
  );
  compare.action((left: string, right: string) =>
    perform(compare, 'runs compare', async (session) =>
      (await import('./runs.ts')).compareCommand(session, left, right),
    ),
  );
}

function createProgram(): Command {
  const program = new Command('slipway')
    .description('Train, judge with honest statistics, promote and watch models with Git and GitHub alone.')
    .version(VERSION, '--version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .showSuggestionAfterError()
    .enablePositionalOptions()
    .addHelpText(
      'after',
      '\nExit codes: 0 pass or nothing to do, 1 a gate or check failed, 2 wrong input, 3 inconclusive, 4 platform, 70 our bug.',
    );
  addProjectCommands(program);
  addRunCommand(program);
  addFileCommands(program);
  addRunsCommands(program);
  addRegistryCommands(program);
  addSandboxCommand(program);
  addBotCommands(program);
  return program;
}

function overrideExits(command: Command): void {
  command.exitOverride().configureOutput({ outputError: () => undefined });
  for (const child of command.commands) overrideExits(child);
}

/** Commander's own errors (unknown flag, missing argument) go through the same door as all others. */
async function reportUsage(error: CommanderError, argv: readonly string[]): Promise<void> {
  const message = error.message.replace(/^error: /, '').replaceAll('\n', ' ');
  process.exitCode = await execute(
    { name: argv.at(2) ?? 'slipway', flags: { json: argv.includes('--json') } },
    () =>
      Promise.reject(new InputError({ code: 'USAGE', message, hint: `slipway ${knownCommand(argv)}--help` })),
  );
}

function knownCommand(argv: readonly string[]): string {
  const word = argv[2];
  return word !== undefined && /^[a-z]+$/.test(word) ? `${word} ` : '';
}

async function main(argv: readonly string[]): Promise<void> {
  const program = createProgram();
  overrideExits(program);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) process.exitCode = EXIT.ok;
      else if (error.code === 'commander.help') process.exitCode = EXIT.input;
      else await reportUsage(error, argv);
      return;
    }
    process.exitCode = await execute(
      { name: argv.at(2) ?? 'slipway', flags: { json: argv.includes('--json') } },
      () => Promise.reject(error instanceof Error ? error : new Error(String(error))),
    );
  }
}

ignoreLostReaders();
await main(process.argv);
