import { parseCommit } from '../../sandbox/git/commit-object.ts';
import { readBody } from '../../sandbox/git/objects.ts';
import { findEntry } from '../../sandbox/git/tree.ts';
import type { Cluster } from './cluster.ts';
import { termsOf, type Model, type Stage } from './config.ts';
import type { Facts, Role, Wish } from './facts.ts';
import type { Ledger } from './ledger.ts';
import type { Watch } from './watch.ts';
import type { RepositoryName, World } from './world.ts';

/** What must hold when faults have stopped and everything has come to rest. */
export interface AtRest {
  readonly world: World;
  readonly repository: RepositoryName;
  readonly facts: Facts;
  readonly watch: Watch;
  readonly cluster: Cluster;
}

const WRITERS: readonly Role[] = ['write', 'maintain', 'admin'];

/** All that does not hold, one sentence each. */
export function problemsAtRest(scene: AtRest): string[] {
  return [...stateProblems(scene), ...forgotten(scene), ...deploymentProblems(scene), ...doubles(scene)];
}

/** The states in the tree are what the entries give. */
function stateProblems({ world, repository, watch }: AtRest): string[] {
  if (watch.head === null) return [];
  const { core } = world.sandbox;
  const objects = core.objects(core.tables.repositories.require(world.cast.repositories[repository]));
  const { tree } = parseCommit(readBody(objects, watch.head, 'commit'));
  const models = new Set(watch.ledger.entries.map(({ model }) => model));
  return [...models].flatMap((model) => {
    const entry = findEntry(objects, tree, `models/${model}.json`);
    if (entry === undefined) return [`the log has no state of ${model}`];
    const text = readBody(objects, entry.id, 'blob').toString('utf8');
    return differences(model, JSON.parse(text) as StoredState, watch.ledger);
  });
}

interface StoredState {
  readonly versions: readonly { readonly version: string; readonly manifest: string }[];
  readonly stages: Readonly<
    Record<
      string,
      {
        readonly held: { readonly n: number; readonly version: string; readonly status: string } | null;
        readonly verified: readonly {
          readonly version: string;
          readonly at: string;
          readonly until: string | null;
        }[];
        readonly frozen: object | null;
      }
    >
  >;
}

function differences(model: string, state: StoredState, ledger: Ledger): string[] {
  const problems: string[] = [];
  const versions = [...ledger.versions.keys()].filter((name) => name.startsWith(`${model}@`));
  if (versions.length !== state.versions.length)
    problems.push(
      `${model} has ${state.versions.length} versions in its state, ${versions.length} in the entries`,
    );
  for (const [name, place] of ledger.places) {
    if (!name.startsWith(`${model}/`)) continue;
    const stored = state.stages[name.slice(model.length + 1)];
    const held = stored?.held ?? null;
    const ours = place.holding;
    if (held?.n !== ours?.n || held?.version !== ours?.version || held?.status !== ours?.status)
      problems.push(
        `${name} holds ${held?.version ?? 'nothing'} (${held?.status ?? ''}) in its state, ${ours?.version ?? 'nothing'} (${ours?.status ?? ''}) by the entries`,
      );
    if (((stored?.frozen ?? null) !== null) !== place.frozen)
      problems.push(`${name} is frozen in one of state and entries`);
    const spans = (stored?.verified ?? []).map(
      ({ version, at, until }) => `${version} ${Date.parse(at)} ${until === null ? '' : Date.parse(until)}`,
    );
    const own = [...place.verified].map(
      ([version, { since, until }]) => `${version} ${since} ${until ?? ''}`,
    );
    if (spans.toSorted().join() !== own.toSorted().join())
      problems.push(`${name} was verified [${spans.join()}] by its state, [${own.join()}] by the entries`);
  }
  return problems;
}

/** Requests that could be granted and were not, as far as nobody can doubt it. */
function forgotten(scene: AtRest): string[] {
  const { facts, watch } = scene;
  if (watch.forged !== null) return [];
  return facts.wishes.flatMap((wish, at) => {
    if (wish.kind !== 'promote' || wish.gone !== null || !mayWrite(scene, wish)) return [];
    const pull = facts.pulls.find(({ number }) => number === wish.issue);
    const model = wish.model ?? pull?.model;
    const version = wish.version ?? (wish.via === 'label' ? pull?.version : undefined);
    if (model === undefined || version === undefined || wish.stage === null) return [];
    const later = facts.wishes
      .slice(at + 1)
      .some((other) => other.kind !== 'approve' && couldMean(facts, other, model, wish.stage!));
    return !later && isGrantable(scene, wish, model, version, wish.stage)
      ? [
          `${wish.who} asked for ${model}@${version} in ${wish.stage} (${wish.via} ${wish.event}): it was never recorded`,
        ]
      : [];
  });
}

function couldMean(facts: Facts, wish: Wish, model: Model, stage: Stage): boolean {
  if (wish.stage !== stage) return false;
  const pull = facts.pulls.find(({ number }) => number === wish.issue);
  return (wish.model ?? pull?.model) === model;
}

function mayWrite({ facts }: AtRest, { who }: Wish): boolean {
  return who !== 'stranger' && WRITERS.includes(facts.roles.get(who)!.now);
}

/** By the rules as they stand now, without any doubt; false wherever there is one. */
function isGrantable(scene: AtRest, wish: Wish, model: Model, name: string, stage: Stage): boolean {
  const { facts, watch, world } = scene;
  const { ledger } = watch;
  const version = ledger.version(model, name);
  if (version === undefined || second(version.at) > second(wish.at)) return false;
  if (version.decision !== 'pass') return false;
  const place = ledger.place(model, stage);
  if (place.frozen || place.holding?.status === 'pending') return false;
  const moved = ['promote', 'rollback', 'failed', 'freeze', 'unfreeze'];
  if (
    ledger.entries.some(
      (entry) =>
        entry.model === model &&
        entry.stage === stage &&
        moved.includes(entry.op) &&
        Date.parse(entry.at) >= second(wish.at) * 1000,
    )
  )
    return false;
  if (place.holding?.version === name && place.holding.status === 'verified') return false;
  const terms = termsOf(facts.edition.now.edition, model, stage);
  if (terms.after !== null) {
    const span = ledger.place(model, terms.after).verified.get(name);
    if (span === undefined || (span.until ?? world.clock.now()) - span.since < terms.soakMs + 60_000)
      return false;
  }
  // What was approved before the version left the stage was approved for that time.
  const left = Math.max(
    version.at,
    place.verified.get(name)?.until ?? 0,
    ...ledger.entries
      .filter((entry) => entry.model === model && entry.stage === stage)
      .filter(({ op, version: of }) => op === 'rollback' || (op === 'failed' && of === name))
      .map(({ at }) => Date.parse(at)),
  );
  const people = new Set(
    facts.wishes
      .filter(
        (one) =>
          one.kind === 'approve' &&
          one.gone === null &&
          one.stage === stage &&
          (one.model === null
            ? facts.pulls.find(({ number }) => number === one.issue)?.version === name &&
              facts.pulls.find(({ number }) => number === one.issue)?.model === model
            : one.model === model && one.version === name) &&
          second(one.at) > second(left) &&
          mayWrite(scene, one) &&
          (terms.approvers.length === 0 ||
            terms.approvers.includes(one.who) ||
            (terms.approvers.includes('@acme/ml') && facts.inTeam.get(one.who as never)!.now)),
      )
      .map(({ who }) => who),
  );
  if (people.size < terms.approvals) return false;
  return terms.approvals === 0 || [...people].some((who) => !version.authors.includes(world.cast.ids[who]));
}

function second(ms: number): number {
  return Math.floor(ms / 1000);
}

/** What runs is what the log says. */
function deploymentProblems({ watch, cluster }: AtRest): string[] {
  const problems = [...cluster.problems];
  for (const [name, { holding }] of watch.ledger.places) {
    const [model, stage] = name.split('/') as [Model, Stage];
    if (holding === null) continue;
    if (holding.status === 'pending' && watch.forged === null)
      problems.push(`${name}: entry ${holding.n} was never finished`);
    if (holding.status !== 'verified' || !termsOf('usual', model, stage).deploys) continue;
    const running = cluster.running.get(name);
    if (running?.n !== holding.n || running.version !== holding.version)
      problems.push(
        `${name} runs ${running?.version ?? 'nothing'} (${running?.n ?? 0}), the log says ${holding.version} (${holding.n})`,
      );
  }
  return problems;
}

/** Of everything people see there is one of a kind. */
function doubles({ world, repository, watch }: AtRest): string[] {
  const { core } = world.sandbox;
  const { tables } = core;
  const id = world.cast.repositories[repository];
  const bot = world.cast.ids.bot;
  const seen = new Map<string, number>();
  const note = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);
  for (const comment of tables.issueComments.all())
    // One whose marker somebody edited away is nobody's any more.
    if (comment.repositoryId === id && comment.authorId === bot && comment.body.startsWith('<!-- slipway:'))
      note(`comment on issue row ${comment.issueId}: ${firstLine(comment.body)}`);
  for (const check of tables.checkRuns.all())
    if (check.repositoryId === id) note(`check ${check.name} of ${check.headSha}`);
  for (const release of tables.releases.all())
    if (release.repositoryId === id && release.authorId === bot) note(`release ${release.tag}`);
  // Of entries that are past nobody looks again.
  const held = new Set([...watch.ledger.places.values()].map(({ holding }) => holding?.n));
  for (const deployment of tables.deployments.all())
    if (
      deployment.repositoryId === id &&
      deployment.creatorId === bot &&
      deployment.state !== 'inactive' &&
      held.has((deployment.payload as { n?: number } | null)?.n)
    )
      note(`deployment ${JSON.stringify(deployment.payload)}`);
  for (const issue of tables.issues.all())
    if (issue.repositoryId === id && issue.authorId === bot) note(`issue ${issue.title}`);
  return [...seen].filter(([, times]) => times > 1).map(([what, times]) => `${times} times: ${what}`);
}

function firstLine(text: string): string {
  return text.split('\n')[0]!;
}
