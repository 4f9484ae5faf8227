import type { Person } from '../contracts/entry.ts';
import type { PersonNow, PromotionConfig, Request } from '../promotion/index.ts';
import type { ReconcileMemory } from './memory.ts';
import type { RepositoryReads } from './ports.ts';

/** A role that was asked this long ago may word an answer; it never lets an entry be written (see recheck). */
const FRESH_MS = 60_000;
/** Who may do nothing is asked about less often, unless they ask for something new: there may be many of them. */
const REFUSED_MS = 10 * 60_000;
/** Requests of one account that are looked at, the newest: nobody has more that wait, and anybody may write comments. */
const MOST_REQUESTS = 500;
/** Of accounts that may do nothing, so many of the newest requests are looked for in the log. */
const MOST_REFUSED = 10;

/** The newest requests of each account, in the order given. */
export function newestOf(requests: readonly Request[], most = MOST_REQUESTS): readonly Request[] {
  const left = new Map<number, number>();
  const kept = requests
    .toSorted((one, other) => other.source.event - one.source.event)
    .filter(({ actor }) => {
      const taken = left.get(actor.id) ?? 0;
      left.set(actor.id, taken + 1);
      return taken < most;
    });
  const chosen = new Set(kept);
  return requests.filter((request) => chosen.has(request));
}

/** The requests whose keys the log is asked for: of those who may do nothing only a few, as none of theirs is granted. */
export function requestsToLookFor(
  requests: readonly Request[],
  people: ReadonlyMap<number, PersonNow>,
): readonly Request[] {
  const [may, mayNot] = [true, false].map((wanted) =>
    requests.filter(({ actor }) => mayWrite(people.get(actor.id)?.role) === wanted),
  );
  return [...may!, ...newestOf(mayNot!, MOST_REFUSED)];
}

/** The teams that the approvers of any stage name. */
function teamsOf(config: PromotionConfig): readonly string[] {
  const approvers = Object.values(config).flatMap((stages) =>
    Object.values(stages).flatMap((policy) => policy.approvers),
  );
  return [...new Set(approvers.filter((name) => name.startsWith('@')))];
}

/** An account with the time of its newest request. */
export interface Asker {
  readonly person: Person;
  /** ISO. */
  readonly at: string;
}

/**
 * The accounts whose rights decide about requests: who asked for what is not known to be recorded, and who approves where
 * something waits for approvals. With the login of their newest request: logins change.
 */
export function accountsThatMatter(
  requests: readonly Request[],
  recorded: ReadonlyMap<string, number>,
): readonly Asker[] {
  const open = requests.filter(({ key, kind }) => kind !== 'approve' && !recorded.has(key));
  const promoting = open.some(
    ({ kind }) => kind === 'promote' || kind === 'accept' || kind === 'accept-test',
  );
  const found = new Map<number, Asker>();
  for (const { actor, at } of [
    ...open,
    ...(promoting ? requests.filter(({ kind }) => kind === 'approve') : []),
  ]) {
    const known = found.get(actor.id);
    if (known === undefined || Date.parse(known.at) < Date.parse(at))
      found.set(actor.id, { person: actor, at });
  }
  return [...found.values()];
}

/** What people may do now. `fresh` ones are asked whatever was known of them. */
export async function askPeople(
  reads: Pick<RepositoryReads, 'role' | 'isMember' | 'now'>,
  memory: ReconcileMemory,
  askers: readonly Asker[],
  config: PromotionConfig,
  fresh: ReadonlySet<number>,
): Promise<ReadonlyMap<number, PersonNow>> {
  const teams = teamsOf(config);
  const now = reads.now().getTime();
  const found = new Map<number, PersonNow>();
  for (const { person, at } of askers) {
    const known = memory.people.get(person.id);
    const isKnown = known !== undefined && !fresh.has(person.id) && now - known.asked < lastingMs(known, at);
    const asked = isKnown ? known.person : await ask(reads, person, teams);
    if (!isKnown) memory.people.set(person.id, { person: asked, asked: now });
    found.set(person.id, asked);
  }
  return found;
}

function lastingMs({ person, asked }: { person: PersonNow; asked: number }, at: string): number {
  return mayWrite(person.role) || !(Date.parse(at) <= asked) ? FRESH_MS : REFUSED_MS;
}

function mayWrite(role: PersonNow['role'] | undefined): boolean {
  return role === 'write' || role === 'maintain' || role === 'admin';
}

async function ask(
  reads: Pick<RepositoryReads, 'role' | 'isMember'>,
  person: Person,
  teams: readonly string[],
): Promise<PersonNow> {
  const role = await reads.role(person);
  const member: string[] = [];
  // Somebody without rights here approves nothing, whatever team they are in.
  for (const team of mayWrite(role) ? teams : []) {
    if (await reads.isMember(team, person.login)) member.push(team);
  }
  return { ...person, role, teams: member, bot: false };
}
