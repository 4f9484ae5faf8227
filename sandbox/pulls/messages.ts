import type { Commit } from '../git/commit-object.ts';
import type { Core } from '../kernel/core.ts';
import type { Pull } from '../state/pulls.ts';
import { issueOf } from './find.ts';
import type { Signature } from './identity.ts';

/** What a request says about the message; the repository's settings fill the rest. */
export interface MessageInput {
  readonly commit_title?: string | undefined;
  readonly commit_message?: string | undefined;
}

function joined(title: string, message: string): string {
  return message.trim() === '' ? title : `${title}\n\n${message.trim()}`;
}

/** The message of a merge commit, by the settings of the repository. */
export function mergeMessage(core: Core, pull: Pull, input: MessageInput): string {
  const { mergeTitle, mergeMessage: kind } = core.tables.repositories.require(pull.repositoryId);
  const { title, body } = issueOf(core, pull);
  const from = pull.headLabel.replace(':', '/');
  const first =
    input.commit_title ??
    (mergeTitle === 'PR_TITLE'
      ? `${title} (#${pull.number})`
      : `Merge pull request #${pull.number} from ${from}`);
  const rest = kind === 'PR_BODY' ? (body ?? '') : kind === 'PR_TITLE' ? title : '';
  return joined(first, input.commit_message ?? rest);
}

/** The message of a squashed commit, by the settings of the repository; who else wrote its commits is named below. */
export function squashMessage(
  core: Core,
  pull: Pull,
  commits: readonly Commit[],
  author: Signature,
  input: MessageInput,
): string {
  const repository = core.tables.repositories.require(pull.repositoryId);
  const { title, body } = issueOf(core, pull);
  const [only] = commits.length === 1 ? commits : [];
  const named =
    only !== undefined && repository.squashTitle === 'COMMIT_OR_PR_TITLE' ? subjectOf(only) : title;
  const first = input.commit_title ?? `${named} (#${pull.number})`;
  if (input.commit_message !== undefined) return joined(first, input.commit_message);
  const rest = {
    PR_BODY: () => body ?? '',
    COMMIT_MESSAGES: () => (only === undefined ? commits.map(listed).join('\n\n') : bodyOf(only)),
    BLANK: () => '',
  }[repository.squashMessage]();
  return joined(first, withCoAuthors(rest.trim(), commits, author));
}

function listed(commit: Commit): string {
  const body = bodyOf(commit);
  return `* ${subjectOf(commit)}${body === '' ? '' : `\n\n${body}`}`;
}

/** First line of a message. */
export function subjectOf({ message }: Pick<Commit, 'message'>): string {
  return message.split('\n', 1)[0]!.trim();
}

/** What stands below the first line. */
export function bodyOf({ message }: Pick<Commit, 'message'>): string {
  return message.split('\n').slice(1).join('\n').trim();
}

const TRAILER = /^Co-authored-by:\s*(.+?)\s*<([^<>]+)>\s*$/gim;

/** https://docs.github.com/pull-requests/committing-changes-to-your-project/creating-and-editing-commits/creating-a-commit-with-multiple-authors */
function withCoAuthors(text: string, commits: readonly Commit[], author: Signature): string {
  const found = new Map<string, string>();
  const add = (name: string, email: string): void => {
    const key = email.toLowerCase();
    if (key !== author.email.toLowerCase() && !found.has(key)) found.set(key, `${name} <${email}>`);
  };
  for (const commit of commits) {
    add(commit.author.name, commit.author.email);
    for (const [, name, email] of commit.message.matchAll(TRAILER)) add(name!, email!);
  }
  const present = new Set([...text.matchAll(TRAILER)].map(([, , email]) => email!.toLowerCase()));
  const lines = [...found]
    .filter(([email]) => !present.has(email))
    .map(([, who]) => `Co-authored-by: ${who}`);
  if (lines.length === 0) return text;
  return text === '' ? lines.join('\n') : `${text}\n\n---------\n\n${lines.join('\n')}`;
}
