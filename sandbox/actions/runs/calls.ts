/** Reusable workflows of a run: all of them are found and checked before anything runs. */
import { type Core } from '../../kernel/core.ts';
import type { FileOrigin } from '../../state/action-jobs.ts';
import type { WorkflowRun } from '../../state/actions.ts';
import type { Repository } from '../../state/repositories.ts';
import { parsedAt, resolveRef } from '../jobs/files.ts';
import { calledMaximum, excess, lesser, type TokenPermissions } from '../permissions.ts';
import { problemText, type CallJob, type Workflow } from '../workflow/model.ts';
import { hasExpression } from '../expressions/template.ts';

/** https://docs.github.com/actions/reference/workflows-and-actions/reusing-workflow-configurations#limitations-of-reusable-workflows */
const LEVELS = 10;
const UNIQUE = 50;

type Referenced = WorkflowRun['referenced'];

export type Calls =
  | { readonly ok: true; readonly referenced: Referenced }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Loads what a workflow calls, what that calls, and so on. Gives each called file with its commit, or why the run cannot start. */
export function resolveCalls(
  core: Core,
  repository: Repository,
  origin: FileOrigin,
  workflow: Workflow,
): Calls {
  const walk: Walk = { core, caller: repository, referenced: new Map(), problems: [] };
  follow(walk, origin, workflow, { level: 1, allowed: null, trail: [origin.path] });
  if (walk.problems.length > 0) return { ok: false, problems: walk.problems };
  if (walk.referenced.size > UNIQUE)
    return { ok: false, problems: [`${origin.path}: more than ${UNIQUE} reusable workflows are called`] };
  return { ok: true, referenced: [...walk.referenced.values()] };
}

interface Walk {
  readonly core: Core;
  readonly caller: Repository;
  readonly referenced: Map<string, Referenced[number]>;
  readonly problems: string[];
}

interface At {
  readonly level: number;
  /** Permissions the callers have allowed; null while nobody has said. */
  readonly allowed: TokenPermissions | null;
  readonly trail: readonly string[];
}

function follow(walk: Walk, origin: FileOrigin, workflow: Workflow, at: At): void {
  for (const job of workflow.jobs) {
    if (job.kind !== 'call' || walk.problems.length > 0) continue;
    const place = `${origin.path} (Line: ${job.line}, Col: 3)`;
    if (at.level >= LEVELS) {
      walk.problems.push(`${place}: Nested reusable workflow depth exceeded ${LEVELS - 1}.`);
      return;
    }
    const found = find(walk, origin, job);
    const trail = [...at.trail, job.uses.text];
    if (typeof found === 'string') {
      walk.problems.push(`${place}: error parsing called workflow "${trail.join('" -> "')}": ${found}`);
      return;
    }
    const wrong = checkCall(walk, workflow, job, found, at);
    walk.problems.push(...wrong.map((message) => `${place}: ${message}`));
    if (wrong.length > 0) return;
    const asked = job.permissions ?? workflow.permissions ?? at.allowed;
    follow(walk, found.origin, found.workflow, {
      level: at.level + 1,
      allowed: found.workflow.permissions ?? asked,
      trail,
    });
  }
}

interface Found {
  readonly origin: FileOrigin;
  readonly workflow: Workflow;
  readonly repository: Repository;
}

/** The called file, or what is wrong with it. */
function find(walk: Walk, caller: FileOrigin, job: CallJob): Found | string {
  const { core } = walk;
  const { uses } = job;
  const source = uses.kind === 'local' ? here(core, caller) : there(walk, uses);
  if (source === undefined) return 'workflow was not found.';
  const { repository, sha, ref } = source;
  const parsed = parsedAt(core, repository, sha, uses.path);
  if (parsed === undefined) return 'failed to fetch workflow: workflow was not found.';
  if (!parsed.ok) return parsed.problems.map(problemText).join('\n');
  if (parsed.workflow.on['workflow_call'] === undefined)
    return 'workflow is not reusable as it is missing a `on.workflow_call` trigger';
  const owner = core.tables.accounts.require(repository.ownerId).login;
  const name = `${owner}/${repository.name}/${uses.path}@${uses.kind === 'local' ? sha : uses.ref}`;
  const path = uses.kind === 'local' ? name : uses.text;
  walk.referenced.set(path, { path, sha, ...(ref === undefined ? {} : { ref }) });
  return {
    origin: { repositoryId: repository.id, path: uses.path, sha },
    workflow: parsed.workflow,
    repository,
  };
}

interface Source {
  readonly repository: Repository;
  readonly sha: string;
  readonly ref?: string;
}

function here(core: Core, caller: FileOrigin): Source {
  return { repository: core.tables.repositories.require(caller.repositoryId), sha: caller.sha };
}

/** Another repository's file: public ones, and private ones of the same owner for private callers. */
function there(walk: Walk, uses: Extract<CallJob['uses'], { kind: 'remote' }>): Source | undefined {
  const { accounts, repositories } = walk.core.tables;
  const owner = accounts.find('login', uses.owner.toLowerCase());
  const repository = repositories.find('name', `${owner?.id ?? 0}/${uses.repository.toLowerCase()}`);
  if (repository === undefined) return undefined;
  const own = repository.id === walk.caller.id;
  const allowed =
    own || !repository.private || (walk.caller.private && repository.ownerId === walk.caller.ownerId);
  if (!allowed) return undefined;
  const at = resolveRef(walk.core, repository, uses.ref);
  return at === undefined ? undefined : { repository, ...at };
}

function checkCall(walk: Walk, workflow: Workflow, job: CallJob, found: Found, at: At): string[] {
  return [
    ...checkInputs(job, found.workflow),
    ...checkSecrets(job, found.workflow),
    ...checkPermissions(walk, workflow, job, found, at),
  ];
}

function checkInputs(job: CallJob, called: Workflow): string[] {
  const defined = called.on['workflow_call']?.inputs ?? {};
  const names = new Map(
    Object.entries(defined).map(([name, input]) => [name.toLowerCase(), { name, input }]),
  );
  const given = new Set(Object.keys(job.with).map((name) => name.toLowerCase()));
  const missing = [...names].filter(([key, { input }]) => input.required && !given.has(key));
  return [
    ...missing.map(([, { name }]) => `Input ${name} is required, but not provided while calling.`),
    ...Object.entries(job.with).flatMap(([name, value]) => {
      const known = names.get(name.toLowerCase());
      if (known === undefined) return [`Invalid input, ${name} is not defined in the referenced workflow.`];
      const { type } = known.input;
      const fits = type === 'string' ? typeof value !== 'object' : typeof value === type;
      return fits || hasExpression(value) ? [] : [`Unexpected value '${JSON.stringify(value)}'`];
    }),
  ];
}

function checkSecrets(job: CallJob, called: Workflow): string[] {
  if (job.secrets === 'inherit') return [];
  const defined = called.on['workflow_call']?.secrets ?? {};
  const lower = (names: readonly string[]) => new Set(names.map((name) => name.toLowerCase()));
  const given = lower(Object.keys(job.secrets));
  const known = lower(Object.keys(defined));
  return [
    ...Object.entries(defined)
      .filter(([name, { required }]) => required && !given.has(name.toLowerCase()))
      .map(([name]) => `Secret ${name} is required, but not provided while calling.`),
    ...Object.keys(job.secrets)
      .filter((name) => !known.has(name.toLowerCase()))
      .map((name) => `Invalid secret, ${name} is not defined in the referenced workflow.`),
  ];
}

/** A called file may ask for no more than its caller has. */
function checkPermissions(walk: Walk, workflow: Workflow, job: CallJob, found: Found, at: At): string[] {
  const said = job.permissions ?? workflow.permissions ?? at.allowed;
  const own = said !== null && at.allowed !== null ? lesser(said, at.allowed) : said;
  const sameOwner = found.repository.ownerId === walk.caller.ownerId;
  const most = own ?? calledMaximum(walk.caller.actions.defaultToken, sameOwner);
  const call = `Error calling workflow '${job.uses.text}'.`;
  const whole =
    found.workflow.permissions === undefined ? undefined : excess(found.workflow.permissions, most);
  return [
    ...(whole === undefined
      ? []
      : [`${call} The workflow is requesting '${whole.asked}', but is only allowed '${whole.allowed}'.`]),
    ...found.workflow.jobs.flatMap((nested) => {
      const over = nested.permissions === undefined ? undefined : excess(nested.permissions, most);
      return over === undefined
        ? []
        : [
            `${call} The nested job '${nested.id}' is requesting '${over.asked}', but is only allowed '${over.allowed}'.`,
          ];
    }),
  ];
}
