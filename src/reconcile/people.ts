import type { Person } from '../contracts/entry.ts';
import type { PersonNow, PromotionConfig, Request } from '../promotion/index.ts';
import type { ReconcileMemory } from './memory.ts';
import type { RepositoryReads } from './ports.ts';

/** A role that was asked this long ago may word an answer; it never lets an entry be written (see recheck). */
const FRESH_MS = 60_000;

/** The teams that the approvers of any stage name. */
function teamsOf(config: PromotionConfig): readonly string[] {
  const approvers = Object.values(config).flatMap((stages) =>
    Object.values(stages).flatMap((policy) => policy.approvers),
  );
  return [...new Set(approvers.filter((name) => name.startsWith('@')))];
}

/**
 * The accounts whose rights decide about requests: who asked for what is not recorded yet, and who approves where
 * something waits for approvals.
 */
export function accountsThatMatter(
  requests: readonly Request[],
  recorded: ReadonlyMap<string, number>,
): readonly Person[] {
  const open = requests.filter(({ key, kind }) => kind !== 'approve' && !recorded.has(key));
  const promoting = open.some(
    ({ kind }) => kind === 'promote' || kind === 'accept' || kind === 'accept-test',
  );
  const actors = [...open, ...(promoting ? requests.filter(({ kind }) => kind === 'approve') : [])];
  return [...new Map(actors.map(({ actor }) => [actor.id, actor])).values()];
}

/** What people may do now. `fresh` ones are asked whatever was known of them. */
export async function askPeople(
  reads: Pick<RepositoryReads, 'role' | 'isMember' | 'now'>,
  memory: ReconcileMemory,
  people: readonly Person[],
  config: PromotionConfig,
  fresh: ReadonlySet<number>,
): Promise<ReadonlyMap<number, PersonNow>> {
  const teams = teamsOf(config);
  const now = reads.now().getTime();
  const found = new Map<number, PersonNow>();
  for (const person of people) {
    const known = memory.people.get(person.id);
    const isFresh = known !== undefined && now - known.asked < FRESH_MS && !fresh.has(person.id);
    const asked = isFresh ? known.person : await ask(reads, person, teams);
    if (!isFresh) memory.people.set(person.id, { person: asked, asked: now });
    found.set(person.id, asked);
  }
  return found;
}

async function ask(
  reads: Pick<RepositoryReads, 'role' | 'isMember'>,
  person: Person,
  teams: readonly string[],
): Promise<PersonNow> {
  const role = await reads.role(person);
  const member: string[] = [];
  // Somebody without rights here approves nothing, whatever team they are in.
  const mayWrite = role === 'write' || role === 'maintain' || role === 'admin';
  for (const team of mayWrite ? teams : []) {
    if (await reads.isMember(team, person.login)) member.push(team);
  }
  return { ...person, role, teams: member, bot: false };
}
