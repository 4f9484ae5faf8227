import type { Held, ModelState } from '../../contracts/model-state.ts';
import { oneLine } from '../../report/index.ts';
import type { RepositoryViews } from '../ports.ts';
import { giveNotice, hasNotice } from './comment.ts';
import type { ViewsInput } from './index.ts';

interface Failure {
  readonly state: ModelState;
  readonly stage: string;
  readonly held: Held;
  /** The version that failed; where the stage has already gone back, the one it went back from. */
  readonly version: string;
  readonly pull: number | null;
}

/** What failed last in each stage: it holds a failed entry, or one that a failure made it go back to. */
function failuresOf(input: ViewsInput): readonly Failure[] {
  return [...input.log.models.values()].flatMap((state) =>
    Object.entries(state.stages).flatMap(([stage, { held }]): Failure[] => {
      if (held === null || held.status !== 'failed') return [];
      const pull = state.versions.find(({ version }) => version === held.version)?.pull ?? null;
      return [{ state, stage, held, version: held.version, pull }];
    }),
  );
}

/**
 * Tells the authors of a version, once, that its deployment failed: by a comment of its own on its pull request, because
 * an edited comment notifies nobody, and to the address of the config where this process has it.
 */
export async function failureNotices(views: RepositoryViews, input: ViewsInput): Promise<void> {
  for (const failure of failuresOf(input)) {
    const key = `failed-${failure.held.n}`;
    if (input.memory.notices.has(key)) continue;
    const own = input.conversations.find(({ number }) => number === failure.pull)?.own ?? [];
    if (failure.pull !== null && !hasNotice(own, key)) {
      await input.send(plain(failure));
      await giveNotice(views, failure.pull, own, key, text(failure));
    }
    input.memory.notices.add(key);
  }
}

/** Logins of GitHub hold only letters, digits and hyphens (and [bot]), so a mention is nothing but a mention. */
function text(failure: Failure): string {
  const authors = failure.state.versions.find(({ version }) => version === failure.version)?.authors ?? [];
  const people = [failure.held.actor, ...authors]
    .map(({ login }) => login)
    .filter((login) => /^[A-Za-z0-9-]+$/.test(login));
  const mentions = [...new Set(people)].map((login) => `@${login}`).join(' ');
  return `${mentions} ${plain(failure)}`;
}

function plain({ state, stage, held, version }: Failure): string {
  const name = oneLine(`${state.model}@${version}`);
  return `\`${name}\` failed in \`${oneLine(stage)}\` (entry ${held.n}). What ran there before is put back.`;
}
