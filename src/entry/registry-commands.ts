import { type Command, Option } from 'commander';

import { add, numberOption, perform, withConfigFlag } from './command-line.ts';

/** What the log says, and what asks it for something. */
export function addRegistryCommands(program: Command): void {
  addStatusCommand(program);
  const registry = program.command('registry').description('versions and the log, from this clone alone');
  addAnswers(registry);
  addComparisons(registry);
  addRegister(registry);
  addFiles(registry);
  addRequests(program);
  addReconcile(program);
}

function withFetchFlag(command: Command): Command {
  return command.option('--fetch', 'ask origin for its log first (default: what was fetched)');
}

function addStatusCommand(program: Command): void {
  const status = withFetchFlag(
    add(program, 'status [model]', 'what runs where, and what waits for what', 'slipway status churn'),
  );
  status.action((model: string | undefined) =>
    perform(status, 'status', async (session) => (await import('./status.ts')).statusCommand(session, model)),
  );
}

const limit = (): Option => numberOption('--limit <n>', 'how many (default: 20)');

function addAnswers(registry: Command): void {
  const list = withFetchFlag(
    add(registry, 'list [model]', 'versions, newest first', 'slipway registry list churn --limit 5'),
  ).addOption(limit());
  list.action((model: string | undefined) =>
    perform(list, 'registry list', async (session) =>
      (await import('./registry.ts')).listCommand(session, model),
    ),
  );

  const show = withFetchFlag(
    add(
      registry,
      'show <version>',
      'one version, whole: MODEL, MODEL@VERSION or MODEL#STAGE',
      'slipway registry show churn#production',
    ),
  );
  show.action((version: string) =>
    perform(show, 'registry show', async (session) =>
      (await import('./registry.ts')).showCommand(session, version),
    ),
  );

  const history = withFetchFlag(
    add(
      registry,
      'history [model] [stage]',
      'entries of the log in words, newest first',
      'slipway registry history churn production',
    ),
  ).addOption(limit());
  history.action((model: string | undefined, stage: string | undefined) =>
    perform(history, 'registry history', async (session) =>
      (await import('./registry.ts')).historyCommand(session, model, stage),
    ),
  );
}

function addComparisons(registry: Command): void {
  const diff = withFetchFlag(
    add(
      registry,
      'diff <version> <other>',
      'two versions side by side: metrics, params, data, signature, files, environment',
      'slipway registry diff churn@v1.3.0 churn#production',
    ),
  );
  diff.action((left: string, right: string) =>
    perform(diff, 'registry diff', async (session) =>
      (await import('./registry.ts')).diffCommand(session, left, right),
    ),
  );

  const verify = withFetchFlag(
    add(
      registry,
      'verify',
      'reads the whole log again: everything wrong, with its repair',
      'slipway registry verify',
    ),
  ).option('--github', 'through the API, which tells who signed what (needs GH_TOKEN)');
  verify.action(() =>
    perform(verify, 'registry verify', async (session) =>
      (await import('./registry.ts')).verifyCommand(session),
    ),
  );
}

const FILES = [
  ['pull', 'the files of a version, verified: MODEL, MODEL@VERSION or MODEL#STAGE', 'pullCommand'],
  ['export', 'as pull, with its documents and the model card', 'exportCommand'],
] as const;

function addFiles(registry: Command): void {
  for (const [kind, summary, handler] of FILES) {
    const command = add(
      registry,
      `${kind} <version>`,
      summary,
      `slipway registry ${kind} churn#production --into model`,
    ).option('--into <dir>', 'where the files go (default: a folder named like the model)');
    command.action((version: string) =>
      perform(command, `registry ${kind}`, async (session) =>
        (await import('./registry-pull.ts'))[handler](session, version),
      ),
    );
  }
}

function addRegister(registry: Command): void {
  const register = withConfigFlag(
    add(
      registry,
      'register',
      'a recorded run becomes a version: its files as a release, its tag, its entry (needs GITHUB_TOKEN)',
      'slipway registry register --model churn --bump minor',
    ),
  )
    .option('--run <id>', 'which run (default: the newest of the model)')
    .option('--model <name>', 'which model (default: the only one)')
    .option('--bump <part>', 'major, minor or patch (default: from what changed)')
    .option('--version <version>', 'this version and no other');
  register.action(() =>
    perform(register, 'registry register', async (session) =>
      (await import('./registry-register.ts')).registerCommand(session),
    ),
  );
}

function addReconcile(program: Command): void {
  const reconcile = add(
    program,
    'reconcile',
    'one pass: what was asked for on GitHub is decided and recorded, and shown there (needs GITHUB_TOKEN)',
    'slipway reconcile --dry-run',
  ).option('--dry-run', 'decide only: nothing is written');
  reconcile.action(() =>
    perform(reconcile, 'reconcile', async (session) =>
      (await import('./reconcile.ts')).reconcileCommand(session),
    ),
  );
}

const REQUESTS = [
  [
    'promote',
    '<model> <stage>',
    'puts a version (MODEL@VERSION, or the newest) into a stage',
    'slipway promote churn@v1.4.0 production --dry-run',
  ],
  [
    'approve',
    '<model> <stage>',
    'approves exactly this version (MODEL@VERSION) for a stage',
    'slipway approve churn@v1.4.0 production',
  ],
  [
    'rollback',
    '<model> <stage> [version]',
    'goes back to the version that ran before, or to a named one',
    'slipway rollback churn production',
  ],
  [
    'freeze',
    '<model> <stage>',
    'stops promotions to a stage; rollbacks go on',
    'slipway freeze churn production --reason "incident 42"',
  ],
  ['unfreeze', '<model> <stage>', 'lets promotions to a stage go on', 'slipway unfreeze churn production'],
] as const;

function addRequests(program: Command): void {
  for (const [kind, parts, summary, example] of REQUESTS) {
    const command = withFetchFlag(add(program, `${kind} ${parts}`, summary, example))
      .option('--reason <text>', 'why, kept in the entry')
      .option('--dry-run', 'each rule, met or not, and what would satisfy it; nothing is written')
      .option('--deploy-key', 'this clone pushes with the deploy key of a protected environment')
      .addOption(
        new Option(
          '--wait [seconds]',
          'where the App writes the log: until its entry is there (default: 300)',
        ).argParser(Number),
      );
    command.action((model: string, stage: string, version?: unknown) =>
      perform(command, kind, async (session) =>
        (await import('./promote.ts')).askCommand(
          session,
          kind,
          model,
          stage,
          typeof version === 'string' ? version : undefined,
        ),
      ),
    );
  }
}
