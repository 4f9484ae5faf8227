import { canSee } from '../access/index.ts';
import { peel } from '../git/commit-object.ts';
import type { View } from '../kernel/core.ts';
import { numberKey } from '../state/issues.ts';
import type { Repository } from '../state/repositories.ts';
import { issuePage } from '../views/issues.ts';
import { commitPage } from '../views/git.ts';
import { changeTexts, element, text, type Node } from './tree.ts';

/** Where a text stands: who reads it, and the repository that short references mean. */
export interface MarkdownPlace {
  readonly view: View;
  readonly repository: Repository;
}

/** https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls */
const LINKED = new RegExp(
  [
    /(?<![\w/@.`-])@(?<login>[a-z\d](?:[a-z\d]|-(?=[a-z\d])){0,38})(?![\w/-])/.source,
    /(?<![\w/#&@.-])(?:(?<owner>[\w-]+)\/(?<repo>[\w.-]+))?(?:#|\bGH-)(?<number>\d{1,9})(?!\w)/.source,
    /(?<![\w/@.-])(?:(?<owner2>[\w-]+)\/(?<repo2>[\w.-]+)@)?(?<sha>[\da-f]{40})(?!\w)/.source,
  ].join('|'),
  'gi',
);
const CLOSED = new Set(['a', 'code', 'pre', 'kbd', 'samp']);

/** Links people, issues and commits that the reader may see; the rest stays text. */
export function linkReferences(tree: Node, place: MarkdownPlace): void {
  changeTexts(tree, CLOSED, (value) => {
    const parts: Node[] = [];
    let end = 0;
    for (const match of value.matchAll(LINKED)) {
      const link = linkOf(match, place);
      if (link === undefined) continue;
      if (match.index > end) parts.push(text(value.slice(end, match.index)));
      parts.push(link);
      end = match.index + match[0].length;
    }
    if (parts.length === 0) return undefined;
    if (end < value.length) parts.push(text(value.slice(end)));
    return parts;
  });
}

function linkOf(match: RegExpExecArray, place: MarkdownPlace): Node | undefined {
  const { login, owner, repo, number, owner2, repo2, sha } = match.groups!;
  if (login !== undefined) return mention(login, match[0], place);
  const repository = repositoryOf(place, owner ?? owner2, repo ?? repo2);
  if (repository === undefined) return undefined;
  if (number !== undefined) return issueLink(Number(number), match[0], repository, place);
  return commitLink(sha!, match[0], repository, place);
}

function mention(login: string, shown: string, { view }: MarkdownPlace): Node | undefined {
  const account = view.tables.accounts.find('login', login.toLowerCase());
  if (account === undefined || account.type === 'Bot') return undefined;
  const href = `${view.urls.web}/${account.login}`;
  return element('a', { className: ['user-mention', 'notranslate'], href }, text(shown));
}

function repositoryOf(
  { view, repository }: MarkdownPlace,
  owner: string | undefined,
  name: string | undefined,
): Repository | undefined {
  if (owner === undefined || name === undefined) return repository;
  const account = view.tables.accounts.find('login', owner.toLowerCase());
  const found = account && view.tables.repositories.find('name', `${account.id}/${name.toLowerCase()}`);
  return found !== undefined && canSee(view.core, view.viewer, found) ? found : undefined;
}

function issueLink(
  number: number,
  shown: string,
  repository: Repository,
  { view }: MarkdownPlace,
): Node | undefined {
  const issue = view.tables.issues.find('number', numberKey(repository.id, number));
  if (issue === undefined) return undefined;
  return element(
    'a',
    { className: ['issue-link'], href: issuePage(view, issue), title: issue.title },
    text(shown),
  );
}

function commitLink(
  sha: string,
  shown: string,
  repository: Repository,
  { view }: MarkdownPlace,
): Node | undefined {
  const oid = sha.toLowerCase();
  const store = view.core.objects(repository);
  if (!store.has(oid) || peel(store, oid)?.type !== 'commit') return undefined;
  const short = shown.slice(0, shown.length - sha.length) + oid.slice(0, 7);
  const code = element('tt', {}, text(short));
  return element('a', { className: ['commit-link'], href: commitPage(view, repository, oid) }, code);
}
