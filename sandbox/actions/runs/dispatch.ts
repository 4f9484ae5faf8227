import type { Core } from '../../kernel/core.ts';
import { ApiError, unprocessable } from '../../kernel/errors.ts';
import { emit, wholePayload } from '../../kernel/events.ts';
import type { Identity } from '../../kernel/identity.ts';
import type { Account } from '../../state/accounts.ts';
import type { WorkflowFile, WorkflowRun } from '../../state/actions.ts';
import { environmentKey } from '../../state/deployments.ts';
import { refKey, type Repository } from '../../state/repositories.ts';
import { emptyInput } from '../jobs/call-inputs.ts';
import { parsedAt } from '../jobs/files.ts';
import { problemText, type Input } from '../workflow/model.ts';
import { atRef } from './place.ts';
import { startRun } from './start.ts';

type Given = Readonly<Record<string, unknown>>;

/** Who dispatches what. */
export interface Dispatch {
  readonly sender: Account;
  readonly by: Identity;
  readonly repository: Repository;
  readonly file: WorkflowFile;
  /** Branch or tag, short or in full. */
  readonly ref: string;
  readonly inputs: Given;
}

/**
 * Starts a workflow by hand: https://docs.github.com/rest/actions/workflows#create-a-workflow-dispatch-event
 * @throws ApiError 403 where it is disabled, 422 for an unknown ref, no such trigger there, inputs that do not fit
 */
export function dispatchWorkflow(core: Core, dispatch: Dispatch): WorkflowRun {
  const { repository, file, sender, by } = dispatch;
  if (file.state.startsWith('disabled'))
    throw new ApiError(403, "Cannot trigger a 'workflow_dispatch' on a disabled workflow");
  const ref = fullRef(core, repository, dispatch.ref);
  const place = ref === undefined ? undefined : atRef(core, repository, ref, undefined);
  if (ref === undefined || place === undefined) throw unprocessable(`No ref found for: ${dispatch.ref}`);
  const parsed = parsedAt(core, repository, place.sha, file.path);
  if (parsed?.ok === false)
    throw unprocessable(`failed to parse workflow: ${parsed.problems.map(problemText).join('\n')}`);
  const trigger = parsed?.workflow.on['workflow_dispatch'];
  if (parsed === undefined || trigger === undefined)
    throw unprocessable("Workflow does not have 'workflow_dispatch' trigger");
  const inputs = readInputs(core, repository, trigger.inputs ?? {}, dispatch.inputs);
  const texts = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, String(value)]));
  const payload = () => ({
    inputs: Object.keys(texts).length === 0 ? null : texts,
    ref: dispatch.ref.startsWith('refs/') ? dispatch.ref : ref,
    workflow: file.path,
  });
  emit(core, { name: 'workflow_dispatch', repositoryId: repository.id, sender, by, payload });
  return startRun(core, {
    repository,
    path: file.path,
    parsed,
    event: 'workflow_dispatch',
    action: null,
    payload: wholePayload(core, { sender, payload }, repository),
    inputs,
    ...place,
    workflowSha: place.sha,
    pullIds: [],
    actorId: sender.id,
    trust: 'full',
    chain: 0,
    needsApproval: false,
  });
}

function fullRef(core: Core, repository: Repository, name: string): string | undefined {
  const candidates = name.startsWith('refs/') ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`];
  return candidates.find((ref) => core.tables.refs.get(refKey(repository.id, ref)) !== undefined);
}

/** Inputs in their types, defaults filled in. What a client sends is text. */
function readInputs(
  core: Core,
  repository: Repository,
  defined: Readonly<Record<string, Input>>,
  given: Given,
): Record<string, string | number | boolean> {
  const names = Object.keys(given);
  if (names.length > core.limits.dispatchInputs)
    throw unprocessable(`At most ${core.limits.dispatchInputs} inputs may be provided`);
  if (JSON.stringify(given).length > core.limits.dispatchInputCharacters)
    throw unprocessable('inputs are too large.');
  const lower = new Map(names.map((name) => [name.toLowerCase(), given[name]]));
  const known = new Set(Object.keys(defined).map((name) => name.toLowerCase()));
  const unexpected = names.filter((name) => !known.has(name.toLowerCase()));
  if (unexpected.length > 0) throw unprocessable(`Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
  return Object.fromEntries(
    Object.entries(defined).map(([name, input]) => {
      const value = lower.get(name.toLowerCase());
      if (
        (value === undefined || value === null || value === '') &&
        input.required &&
        input.default === undefined
      )
        throw unprocessable(`Required input '${name}' not provided`);
      return [name, readInput(core, repository, name, input, value ?? undefined)];
    }),
  );
}

function readInput(
  core: Core,
  repository: Repository,
  name: string,
  input: Input,
  value: unknown,
): string | number | boolean {
  if (value === undefined)
    return input.default ?? (input.type === 'choice' ? (input.options?.[0] ?? '') : emptyInput(input.type));
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const refuse = (why: string) => unprocessable(`Provided value '${text}' for input '${name}' ${why}`);
  switch (input.type) {
    case 'string':
      return text;
    case 'choice':
      if (input.options?.includes(text) !== true) throw refuse('not in the list of allowed values');
      return text;
    case 'boolean':
      if (text !== 'true' && text !== 'false') throw refuse('is not a boolean');
      return text === 'true';
    case 'number':
      if (text.trim() === '' || Number.isNaN(Number(text))) throw refuse('is not a number');
      return Number(text);
    case 'environment':
      if (
        text !== '' &&
        core.tables.environments.find('name', environmentKey(repository.id, text)) === undefined
      )
        throw refuse('is not an environment of the repository');
      return text;
  }
}
