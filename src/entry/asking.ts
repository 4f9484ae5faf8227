import type { Mode, Person } from '../contracts/entry.ts';
import { InputError, PlatformError, type Problem } from '../contracts/errors.ts';
import { gitIdentity } from '../platform/git/default-branch.ts';
import type { CommentEvent, PersonNow, PromotionConfig, Request, World } from '../promotion/index.ts';
import { requestKey, requestsFrom } from '../promotion/index.ts';
import type { RepositoryReads } from '../reconcile/ports.ts';
import type { Log } from '../registry/index.ts';
import type { GithubHere } from './github.ts';

/** What a command line asks for, as it was typed. */
export interface Typed {
  readonly kind: 'promote' | 'approve' | 'rollback' | 'freeze' | 'unfreeze';
  readonly model: string;
  readonly version: string | null;
  readonly stage: string;
  readonly reason: string | null;
}

/** Who asks, what that account may do now, and what else the world outside of the log holds. */
export interface Asker {
  /** Id of the repository on GitHub; 0 where it was not asked. */
  readonly repository: number;
  readonly actor: Person;
  readonly people: ReadonlyMap<number, PersonNow>;
  /** Approvals made as comments and labels of the version's pull request. */
  readonly approvals: readonly Request[];
}

/** The request of a command line: it has no event, so its time tells it from others. */
export function requestOf(typed: Typed, asker: Asker, now: Date): Request {
  const source = { via: 'command', event: 0, issue: null, pull: false, line: 0 } as const;
  const asked = { ...typed, actor: asker.actor, source, at: now.toISOString() };
  return { key: requestKey(asker.repository, asked), ...asked };
}

/**
 * Without a token: git's user, whose push is the only right there is to check. The id is nobody's, so that no account of
 * GitHub is taken for the person.
 */
export async function localAsker(folder: string): Promise<Asker> {
  const { name, email } = await gitIdentity(folder);
  const login = (email ?? name ?? '').slice(0, 100);
  if (login === '') {
    throw new InputError({
      code: 'GIT',
      message: 'it is not known who asks: git has no user.email, and there is no token',
      hint: 'set one with `git config user.email you@example.com`, or export GH_TOKEN',
    });
  }
  const person = { id: 0, login, role: 'write', teams: [], bot: false } as const;
  return { repository: 0, actor: { id: 0, login }, people: new Map([[0, person]]), approvals: [] };
}

/** With a token: its account, its role and teams now, and who approved in the version's pull request. */
export async function githubAsker(
  github: GithubHere,
  typed: Typed,
  config: PromotionConfig,
  pull: number | null,
): Promise<Asker> {
  const [{ accountOfToken }, { repositoryReads }] = await Promise.all([
    import('../platform/github/identity.ts'),
    import('../platform/github/repository-reads.ts'),
  ]);
  const reads = repositoryReads(github.at);
  const [actor, facts] = await Promise.all([accountOfToken(github.api), reads.facts()]);
  const asksApprovals = typed.kind === 'promote' && (config[typed.model]?.[typed.stage]?.approvals ?? 0) > 0;
  const approvals = asksApprovals && pull !== null ? await approvalsOf(reads, facts.id, pull, config) : [];
  const accounts = new Map([actor, ...approvals.map((one) => one.actor)].map((one) => [one.id, one]));
  const teams = teamsOf(config, typed);
  const people = await Promise.all(
    [...accounts.values()].map(async (person): Promise<PersonNow> => {
      const [role, member] = await Promise.all([
        roleNow(reads, person),
        Promise.all(teams.map((team) => reads.isMember(team, person.login))),
      ]);
      const bot = person.login.endsWith('[bot]');
      return { ...person, role, teams: teams.filter((_, at) => member[at]), bot };
    }),
  );
  return { repository: facts.id, actor, people: new Map(people.map((one) => [one.id, one])), approvals };
}

/** Who may not push may not ask for roles either: that is an answer too. */
async function roleNow(reads: RepositoryReads, person: Person): Promise<PersonNow['role']> {
  try {
    return await reads.role(person);
  } catch (error) {
    const refused = error instanceof PlatformError && 'status' in error && error.status === 403;
    if (refused) return 'read';
    throw error;
  }
}

async function approvalsOf(
  reads: RepositoryReads,
  repository: number,
  pull: number,
  config: PromotionConfig,
): Promise<readonly Request[]> {
  const [labelEvents, comments, conversation] = await Promise.all([
    reads.labelEvents(pull),
    reads.comments(pull),
    reads.conversation(pull),
  ]);
  const issue = { number: pull, isPull: true };
  const labels = conversation?.labels ?? [];
  const { requests } = requestsFrom({ repository, issue, labelEvents, labels, comments, config });
  return requests.filter(({ kind }) => kind === 'approve');
}

function teamsOf(config: PromotionConfig, { model, stage }: Typed): readonly string[] {
  const approvers = config[model]?.[stage]?.approvers ?? [];
  return approvers.filter((name) => name.includes('/'));
}

/** The world as this machine can know it. Deployments that the log waits for are run elsewhere. */
export function worldFor(
  asker: Asker,
  log: Log,
  config: PromotionConfig,
  facts: {
    readonly mode: Mode;
    readonly config: string;
    readonly requests: readonly Request[];
    readonly recorded: ReadonlyMap<string, number>;
  },
): World {
  const pending = [...log.models.values()].flatMap(({ model, stages }) =>
    Object.entries(stages).flatMap(([stage, { held }]) =>
      held?.status === 'pending' && config[model]?.[stage]?.deploys === true ? [held.n] : [],
    ),
  );
  return {
    repository: asker.repository,
    mode: facts.mode,
    config: facts.config,
    log: { n: log.n, models: log.models, blocked: log.trouble, recorded: facts.recorded },
    requests: facts.requests,
    people: asker.people,
    pulls: new Map(),
    deployments: new Map(pending.map((n) => [n, { status: 'running' } as const])),
    self: asker.actor,
  };
}

/** The comment that asks for the same on GitHub. */
export function commentFor({ kind, model, version, stage, reason }: Typed): string {
  if (kind === 'rollback') return [`/rollback ${model} ${stage}`, version].filter(Boolean).join(' ');
  const named = version === null ? model : `${model}@${version}`;
  if (kind === 'freeze')
    return `/freeze ${model} ${stage} "${(reason ?? 'no reason given').replaceAll(/["\s]+/gu, ' ')}"`;
  return kind === 'unfreeze' ? `/unfreeze ${model} ${stage}` : `/${kind} ${named} ${stage}`;
}

/** The key under which a comment's request is recorded; null where the comment makes none. */
export function keyOfComment(
  repository: number,
  issue: { readonly number: number; readonly isPull: boolean },
  comment: CommentEvent,
): string | null {
  const { requests } = requestsFrom({ repository, issue, labelEvents: [], comments: [comment] });
  return requests[0]?.key ?? null;
}

const WRONG_NAMES: Readonly<Record<string, Problem['code']>> = {
  'unknown-model': 'MODEL_UNKNOWN',
  'unknown-stage': 'STAGE_UNKNOWN',
  'unknown-version': 'VERSION_UNKNOWN',
  syntax: 'USAGE',
};

/** A name that is wrong is the input's fault, not the policy's. @throws InputError */
export function refuseWrongNames(
  unmet: readonly { readonly rule: string; readonly message: string; readonly satisfy: string }[],
): void {
  for (const { rule, message, satisfy } of unmet) {
    const code = WRONG_NAMES[rule];
    const plain = (text: string): string => text.replaceAll('`', '');
    if (code !== undefined) throw new InputError({ code, message: plain(message), hint: plain(satisfy) });
  }
}
