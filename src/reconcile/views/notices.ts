import type { Entry, Person } from '../../contracts/entry.ts';
import type { Held, ModelState } from '../../contracts/model-state.ts';
import { readEntries } from '../../registry/index.ts';
import { oneLine } from '../../report/index.ts';
import type { RepositoryViews } from '../ports.ts';
import { giveNotice, hasNotice } from './comment.ts';
import type { ViewsInput } from './types.ts';

interface Failure {
  readonly state: ModelState;
  readonly stage: string;
  /** Entry of the promotion or rollback that failed. */
  readonly n: number;
  readonly version: string;
  readonly reason: string;
  /** Who asked for it. */
  readonly actor: Person;
}

/**
 * Tells the people of a version, once, that its deployment failed: by a comment of its own on its pull request, because
 * an edited comment notifies nobody, and to the address of the config where this process has it.
 */
export async function failureNotices(views: RepositoryViews, input: ViewsInput): Promise<void> {
  for (const state of input.log.models.values()) {
    for (const [stage, { held }] of Object.entries(state.stages)) {
      if (held === null || !followsFailure(held, input.self)) continue;
      const key = `failed-${held.n}`;
      if (input.memory.notices.has(key)) continue;
      const failure = await failureBefore(input, state, stage);
      if (failure !== null) await tell(views, input, failure, key);
      input.memory.notices.add(key);
    }
  }
}

/** A stage holds what failed, or what was put back by itself because something failed. */
function followsFailure(held: Held, self: Person): boolean {
  return held.status === 'failed' || (held.op === 'rollback' && held.actor.id === self.id);
}

async function failureBefore(input: ViewsInput, state: ModelState, stage: string): Promise<Failure | null> {
  const { head } = input.log;
  if (head === null) return null;
  let failed: Entry | null = null;
  for await (const { entry } of readEntries(input.store, head, {
    model: state.model,
    stage,
    limit: LOOK_BACK,
  })) {
    if (failed === null && entry.op === 'failed') failed = entry;
    if (failed === null || entry.n !== failed.of) continue;
    const { reason = 'no reason was given', version = '' } = failed;
    return { state, stage, n: entry.n, version, reason, actor: entry.actor };
  }
  return null;
}

async function tell(views: RepositoryViews, input: ViewsInput, failure: Failure, key: string): Promise<void> {
  const version = failure.state.versions.find((one) => one.version === failure.version);
  const pull = version?.pull ?? null;
  const own = input.conversations.find(({ number }) => number === pull)?.own ?? [];
  if (pull === null || hasNotice(own, key)) return;
  await input.send(plain(failure));
  const people = [failure.actor, ...(version?.authors ?? [])];
  await giveNotice(views, pull, own, key, `${mentions(people)} ${plain(failure)}`);
}

/** Entries of a stage that are looked through for what failed. */
const LOOK_BACK = 50;

/** Logins of GitHub hold only letters, digits and hyphens, so that a mention is nothing but a mention. */
function mentions(people: readonly Person[]): string {
  const logins = people.map(({ login }) => login).filter((login) => /^[A-Za-z0-9-]+$/.test(login));
  return [...new Set(logins)].map((login) => `@${login}`).join(' ');
}

/** The reason is text of others: it is set as code, on one line, without what would end the code. */
function plain({ state, stage, n, version, reason }: Failure): string {
  const name = oneLine(`${state.model}@${version}`);
  const why = oneLine(reason).replaceAll('`', "'").slice(0, 300).toWellFormed();
  return `\`${name}\` failed in \`${oneLine(stage)}\` (entry ${n}): \`${why}\`. What ran there before is put back.`;
}
