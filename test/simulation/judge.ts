import type { Cluster } from './cluster.ts';
import { termsOf, type Model, type Stage, type Terms } from './config.ts';
import type { Facts, Role, Wish } from './facts.ts';
import type { Ledger, RawEntry } from './ledger.ts';
import { judgeAccept } from './judged.ts';
import { judgeRegister } from './released.ts';
import type { Cast, RepositoryName, Who, World } from './world.ts';

/**
 * Whether an entry may stand, judged by what was really so: the rules of promotion in the simulation's own words. A fact
 * counts when it was true at some moment between the writer's last look and the write, as nobody can see more.
 */
export interface Evidence {
  readonly facts: Facts;
  readonly world: World;
  readonly repository: RepositoryName;
  readonly cast: Cast;
  readonly cluster: Cluster;
  /** As it stood before the entry. */
  readonly ledger: Ledger;
  /** The writer's last look, or earlier where GitHub answered it from an old copy. */
  readonly from: number;
  /** When the writer's pass began: its configuration may be of then. */
  readonly pass: number;
  readonly to: number;
  /** Requests that were answered, an entry each and no more: by the event's name, when they were made and for what. */
  readonly used: Map<string, { readonly wish: Wish; readonly place: string; readonly n: number }>;
}

const WRITERS: readonly Role[] = ['write', 'maintain', 'admin'];

/** What is wrong with an entry, one sentence each. */
export function judge(entry: RawEntry, evidence: Evidence): string[] {
  switch (entry.op) {
    case 'promote':
      return judgePromote(entry, evidence);
    case 'rollback':
      return judgeRollback(entry, evidence);
    case 'freeze':
    case 'unfreeze':
      return asked(entry, evidence, entry.op) === undefined
        ? [`nobody who may write asked to ${entry.op} ${entry.model} ${entry.stage!}`]
        : [];
    case 'verified':
    case 'failed':
      return judgeStep(entry, evidence);
    case 'accept':
      return judgeAccept(entry, evidence, asked(entry, evidence, 'accept'));
    case 'register':
      return judgeRegister(entry, evidence);
    default:
      return [`nobody asked for ${entry.op}`];
  }
}

function judgePromote(entry: RawEntry, evidence: Evidence): string[] {
  const { ledger, facts } = evidence;
  const name = `${entry.model}@${entry.version!}`;
  const version = ledger.version(entry.model, entry.version!);
  if (version === undefined) return [`${name} was never registered`];
  const problems: string[] = [];
  if (entry.manifest !== version.manifest)
    problems.push(`${name} is promoted with another digest than was registered`);
  if (ledger.place(entry.model, entry.stage!).frozen)
    problems.push(`${entry.stage!} of ${entry.model} is frozen`);
  const edition = facts.edition
    .within(evidence.pass, evidence.to)
    .find(({ commit }) => commit === entry.config);
  if (edition === undefined) return [...problems, 'the configuration it names was not the default branch’s'];
  const terms = termsOf(edition.edition, entry.model as Model, entry.stage as Stage);
  problems.push(...orderProblems(entry, terms, ledger));
  const accepted = ledger.entries.some(
    ({ op, evaluation }) => op === 'accept' && evaluation === version.evaluation,
  );
  if (version.decision !== 'pass' && !accepted)
    problems.push(`${name} was judged ${version.decision ?? 'never'}`);
  // Of several that ask for the same, one that is not of the past is enough.
  const wish = asked(entry, evidence, 'promote', (one) => pastProblems(entry, one, evidence).length === 0);
  if (wish === undefined)
    problems.push(
      `no standing request of ${entry.actor.login} with write access asks for ${name} in ${entry.stage!}`,
    );
  else problems.push(...pastProblems(entry, wish, evidence));
  return [...problems, ...approvalProblems(entry, terms, evidence)];
}

/** A request of the past: a newer one was answered since, or the stage was rolled back. */
function pastProblems(entry: RawEntry, wish: Wish, { used, ledger, cast }: Evidence): string[] {
  const place = placeOf(entry);
  // Once the label that the stage's newest entry answered is off, nobody can tell any more what was asked first.
  const newest = ledger.place(entry.model, entry.stage!).holding?.n;
  const answered = [...used.values()].find(({ n }) => n === newest);
  if (answered !== undefined && answered.wish.gone !== null) return [];
  const later = [...used.values()].filter((one) => one.place === place && one.wish.at > wish.at);
  const newer = later.some((one) => one.wish.kind === 'promote');
  const byItself = ledger.entries.some(
    (one) =>
      one.op === 'rollback' &&
      one.actor.id === cast.ids.bot &&
      placeOf(one) === place &&
      Date.parse(one.at) > wish.at + 1000,
  );
  const back = byItself || later.some((one) => one.wish.kind === 'rollback');
  return [
    ...(newer ? [`a newer request for ${place} was granted before this one`] : []),
    ...(back ? [`${place} was rolled back after this was asked`] : []),
  ];
}

function placeOf({ model, stage }: RawEntry): string {
  return `${model}/${stage ?? ''}`;
}

function orderProblems(entry: RawEntry, terms: Terms, ledger: Ledger): string[] {
  if (terms.after === null) return [];
  const span = ledger.place(entry.model, terms.after).verified.get(entry.version!);
  if (span === undefined) return [`${entry.version!} was not verified in ${terms.after}`];
  const ran = (span.until ?? Date.parse(entry.at)) - span.since;
  return ran < terms.soakMs
    ? [`${entry.version!} soaked ${ran / 60_000} of ${terms.soakMs / 60_000} minutes`]
    : [];
}

function approvalProblems(entry: RawEntry, terms: Terms, evidence: Evidence): string[] {
  const version = evidence.ledger.version(entry.model, entry.version!)!;
  const problems: string[] = [];
  const people = new Set<number>();
  for (const approval of entry.approvals) {
    const wish = evidence.facts.wishes.find(
      (one) => one.via === approval.via && one.event === approval.event && one.kind === 'approve',
    );
    if (wish === undefined || idOf(wish.who, evidence) !== approval.id)
      problems.push(`approval ${approval.event} was never given by ${approval.id}`);
    else if (!stands(wish, evidence))
      problems.push(`approval ${approval.event} of ${wish.who} stood no longer`);
    else if (!speaksOf(wish, entry, evidence))
      problems.push(`approval ${approval.event} of ${wish.who} is for something else`);
    else if (wish.at <= version.at)
      problems.push(`approval ${approval.event} of ${wish.who} is older than ${entry.version!}`);
    else if (!mayWrite(wish.who, evidence) || !listed(wish.who, terms, evidence))
      problems.push(`${wish.who} may not approve`);
    else people.add(approval.id);
  }
  if (people.size < terms.approvals) problems.push(`${people.size} of ${terms.approvals} approvals`);
  if (terms.approvals > 0 && [...people].every((id) => version.authors.includes(id)))
    problems.push('only authors approved');
  return problems;
}

function judgeRollback(entry: RawEntry, evidence: Evidence): string[] {
  const { holding } = evidence.ledger.place(entry.model, entry.stage!);
  if (evidence.ledger.version(entry.model, entry.version!) === undefined)
    return [`${entry.version!} was never registered`];
  if (holding === null) return ['there was nothing to roll back from'];
  const { bot } = evidence.cast.ids;
  if (entry.actor.id === bot) {
    if (holding.status !== 'failed') return ['nothing had failed'];
    return holding.op === 'rollback' && holding.actor === bot
      ? ['it was an automatic rollback that had failed']
      : [];
  }
  return asked(entry, evidence, 'rollback') === undefined
    ? [`nobody who may write asked to roll ${entry.model} ${entry.stage!} back to ${entry.version!}`]
    : [];
}

function judgeStep(entry: RawEntry, { ledger, cluster, facts, pass, to }: Evidence): string[] {
  const { holding } = ledger.place(entry.model, entry.stage!);
  if (holding === null || entry.of !== holding.n)
    return [`entry ${entry.of ?? 0} is not what ${entry.stage!} holds`];
  if (holding.status !== 'pending') return [`entry ${holding.n} was ${holding.status} already`];
  const deploys = facts.edition
    .within(pass, to)
    .some(({ edition }) => termsOf(edition, entry.model as Model, entry.stage as Stage).deploys);
  if (!deploys) return entry.op === 'verified' ? [] : ['nothing was deployed that could fail'];
  if (entry.op === 'verified')
    return cluster.ended(holding.n, to, true) ? [] : ['its deployment has not succeeded'];
  if (cluster.ended(holding.n, pass, true)) return ['its deployment succeeded'];
  return cluster.ended(holding.n, to, false) ? [] : ['its deployment has not failed'];
}

/** The request that an entry answers, marked as answered. */
function asked(
  entry: RawEntry,
  evidence: Evidence,
  kind: Wish['kind'],
  rather: (wish: Wish) => boolean = () => true,
): Wish | undefined {
  const wishes = evidence.facts.wishes.filter(
    (one) =>
      one.kind === kind &&
      !evidence.used.has(useOf(one)) &&
      idOf(one.who, evidence) === entry.actor.id &&
      stands(one, evidence) &&
      speaksOf(one, entry, evidence) &&
      mayWrite(one.who, evidence),
  );
  const wish = wishes.find(rather) ?? wishes[0];
  if (wish !== undefined) evidence.used.set(useOf(wish), { wish, place: placeOf(entry), n: entry.n });
  return wish;
}

function useOf(wish: Wish): string {
  return `${wish.via} ${wish.event}`;
}

function stands(wish: Wish, { from, to }: Evidence): boolean {
  return wish.at <= to && (wish.gone === null || wish.gone >= from);
}

/** Does a wish mean this entry's model, stage and version? What it leaves open may be anything it could mean. */
function speaksOf(wish: Wish, entry: RawEntry, { facts, ledger }: Evidence): boolean {
  if (wish.stage !== (entry.stage ?? null)) return false;
  const pull = facts.pulls.find(({ number }) => number === wish.issue);
  if (wish.model !== null && wish.model !== entry.model) return false;
  if (wish.model === null && pull?.model !== entry.model) return false;
  if (wish.version !== null) return wish.version === entry.version;
  if (wish.kind !== 'promote' && wish.kind !== 'approve') return true;
  const version = ledger.version(entry.model, entry.version!);
  return pull === undefined ? version !== undefined && version.at <= wish.at : version?.pull === pull.number;
}

function idOf(who: Wish['who'], { cast }: Evidence): number {
  return cast.ids[who];
}

function mayWrite(who: Wish['who'], { facts, from, to }: Evidence): boolean {
  return (
    who !== 'stranger' &&
    facts.roles
      .get(who)!
      .within(from, to)
      .some((role) => WRITERS.includes(role))
  );
}

function listed(who: Wish['who'], { approvers }: Terms, { facts, from, to }: Evidence): boolean {
  if (approvers.length === 0 || approvers.includes(who)) return true;
  return (
    approvers.includes('@acme/ml') &&
    (facts.inTeam
      .get(who as Who)
      ?.within(from, to)
      .includes(true) ??
      false)
  );
}
