import type { JobLeg, RunnerName, RunnerServices } from '../leg.ts';
import type { Known } from './reduce.ts';

/** Where and on what a leg runs. */
export interface Surroundings {
  readonly services: RunnerServices;
  readonly runner: RunnerName;
}

/** Members of `github` and `runner` that change from step to step or are made by the engine. */
const LATER_MEMBERS = [
  ...['action', 'action_path', 'action_ref', 'action_repository', 'action_status', 'workspace'].map(
    (name) => `github.${name}`,
  ),
  ...['env', 'event_path', 'output', 'path', 'state', 'step_summary'].map((name) => `github.${name}`),
  ...['temp', 'tool_cache', 'workspace'].map((name) => `runner.${name}`),
];

/**
 * The contexts of a job that are known before it starts:
 * https://docs.github.com/actions/reference/workflows-and-actions/contexts
 */
export function knownContexts(leg: JobLeg, around: Surroundings): Known {
  return {
    contexts: {
      github: githubContext(leg, around.services),
      runner: runnerContext(around.runner, isDebug(leg)),
      // `toJSON(matrix)` of a job without one says null.
      matrix: Object.keys(leg.matrix).length === 0 ? null : leg.matrix,
      strategy: {
        'fail-fast': leg.strategy.failFast,
        'job-index': leg.strategy.index,
        'job-total': leg.strategy.total,
        'max-parallel': leg.strategy.maxParallel,
      },
      needs: leg.needs,
      inputs: leg.inputs,
      secrets: leg.secrets,
      vars: leg.vars,
    },
    later: ['steps', 'env', 'job', 'jobs'],
    laterMembers: LATER_MEMBERS,
  };
}

/** What a composite action sees: its own inputs, but neither secrets nor needs. */
export function knownInActions(known: Known): Known {
  const { github, runner, matrix, strategy } = known.contexts;
  const later = [...known.later, 'inputs', 'secrets', 'needs', 'vars'];
  return { ...known, contexts: { github, runner, matrix, strategy }, later };
}

/** https://docs.github.com/actions/how-tos/monitor-workflows/enable-debug-logging */
export function isDebug(leg: JobLeg): boolean {
  return [leg.secrets, leg.vars].some((values) => values['ACTIONS_STEP_DEBUG'] === 'true');
}

function githubContext(leg: JobLeg, services: RunnerServices): Record<string, unknown> {
  const { owner, name } = leg.repository;
  return {
    ...refParts(leg.ref),
    base_ref: '',
    head_ref: '',
    ref_protected: 'false',
    retention_days: '90',
    triggering_actor: leg.actor,
    secret_source: Object.keys(leg.secrets).length === 0 ? 'None' : 'Actions',
    ...leg.github,
    token: leg.token,
    job: leg.key,
    sha: leg.sha,
    repository: `${owner}/${name}`,
    repository_owner: owner,
    repositoryUrl: `git://${new URL(services.serverUrl).host}/${owner}/${name}.git`,
    run_id: String(leg.runId),
    run_attempt: String(leg.attempt),
    actor: leg.actor,
    workflow: leg.workflow.name,
    event_name: leg.event.name,
    event: leg.event.payload,
    server_url: services.serverUrl,
    api_url: services.apiUrl,
    graphql_url: services.graphqlUrl,
  };
}

function refParts(ref: string): Record<string, string> {
  const type = ref.startsWith('refs/tags/') ? 'tag' : 'branch';
  return { ref, ref_name: ref.replace(/^refs\/(heads|tags|pull)\//, ''), ref_type: type };
}

function runnerContext(runner: RunnerName, debug: boolean): Record<string, string> {
  return {
    os: OS[process.platform] ?? 'Linux',
    arch: ARCH[process.arch] ?? 'X64',
    name: runner.name,
    environment: runner.selfHosted ? 'self-hosted' : 'github-hosted',
    ...(debug ? { debug: '1' } : {}),
  };
}

const OS: Readonly<Record<string, string>> = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' };
const ARCH: Readonly<Record<string, string>> = { x64: 'X64', arm64: 'ARM64', ia32: 'X86', arm: 'ARM' };

/** Members of `github` that become `GITHUB_…` variables, apart from those that the engine sets itself. */
const EXPORTED =
  'actor actor_id api_url base_ref event_name graphql_url head_ref job ref ref_name ref_protected ref_type repository repository_id repository_owner repository_owner_id retention_days run_attempt run_id run_number server_url sha triggering_actor workflow workflow_ref workflow_sha'.split(
    ' ',
  );

/**
 * The default variables of a job:
 * https://docs.github.com/actions/reference/workflows-and-actions/variables#default-environment-variables
 */
export function defaultVariables(known: Known): Record<string, string> {
  const github = known.contexts['github'] as Readonly<Record<string, unknown>>;
  const runner = known.contexts['runner'] as Readonly<Record<string, string>>;
  const variables: Record<string, string> = { CI: 'true', GITHUB_ACTIONS: 'true' };
  for (const name of EXPORTED) {
    if (typeof github[name] === 'string') variables[`GITHUB_${name.toUpperCase()}`] = github[name];
  }
  for (const [name, value] of Object.entries(runner)) variables[`RUNNER_${name.toUpperCase()}`] = value;
  return variables;
}
