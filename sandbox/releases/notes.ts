import { commitsBetween, isAncestor } from '../git/history.ts';
import { readCommit } from '../git/commit-object.ts';
import { findEntry } from '../git/tree.ts';
import { readBody } from '../git/objects.ts';
import type { View } from '../kernel/core.ts';
import { validationFailed } from '../kernel/errors.ts';
import type { Pull } from '../state/pulls.ts';
import type { Repository } from '../state/repositories.ts';
import { fullName } from '../views/repositories.ts';
import { parseNotesConfig, type Category, type NotesConfig } from './notes-config.ts';
import { taggedCommit, targetCommit } from './tags.ts';

export interface NotesRequest {
  readonly tag: string;
  readonly target?: string | undefined;
  readonly previous?: string | undefined;
  readonly configuration?: string | undefined;
}

/** A merged pull request as the notes tell it. */
interface Change {
  readonly pull: Pull;
  readonly title: string;
  readonly author: string;
  readonly labels: readonly string[];
  readonly url: string;
}

const CONFIG_FILES = ['.github/release.yml', '.github/release.yaml'];

/**
 * Title and notes of a release: the pull requests merged since the previous one, who is new, and the comparison.
 * https://docs.github.com/repositories/releasing-projects-on-github/automatically-generated-release-notes
 * @throws ApiError 422 for a tag that is missing with no valid target, or a previous tag that is missing
 */
export function releaseNotes(
  view: View,
  repository: Repository,
  request: NotesRequest,
): { name: string; body: string } {
  const { core } = view;
  const head =
    taggedCommit(core, repository, request.tag) ??
    targetCommit(core, repository, request.target ?? repository.defaultBranch);
  if (head === undefined)
    throw validationFailed({ resource: 'Release', code: 'invalid', field: 'target_commitish' });
  const previous = request.previous ?? previousTag(view, repository, request.tag, head);
  const base = previous === undefined ? undefined : taggedCommit(core, repository, previous);
  if (request.previous !== undefined && base === undefined)
    throw validationFailed({ resource: 'Release', code: 'invalid', field: 'previous_tag_name' });
  const { path, config } = configAt(view, repository, head, request.configuration);
  const changes = changesBetween(view, repository, base, head);
  const told = changes.filter((change) => !excludes(config.exclude, change));
  const parts = [
    ...(path === undefined
      ? []
      : [`<!-- Release notes generated using configuration in ${path} at ${request.target ?? head} -->`]),
    ...whatChanged(told, config.categories),
    ...newcomers(view, repository, told),
    fullChangelog(view, repository, previous, request.tag),
  ];
  return { name: request.tag, body: parts.join('\n\n') };
}

/** The newest published release whose commit is before this one's. */
function previousTag(view: View, repository: Repository, tag: string, head: string): string | undefined {
  const objects = view.core.objects(repository);
  return view.tables.releases
    .where('published', repository.id)
    .toReversed()
    .find((release) => {
      const commit = release.tag === tag ? undefined : taggedCommit(view.core, repository, release.tag);
      return commit !== undefined && commit !== head && isAncestor(objects, commit, head);
    })?.tag;
}

function changesBetween(
  view: View,
  repository: Repository,
  base: string | undefined,
  head: string,
): Change[] {
  const objects = view.core.objects(repository);
  const pulls = new Map<number, Pull>();
  for (const commit of commitsBetween(objects, base === undefined ? [] : [base], head)) {
    for (const pull of view.tables.pulls.where('mergedCommit', `${repository.id}:${commit}`))
      pulls.set(pull.id, pull);
  }
  const name = fullName(view, repository);
  return [...pulls.values()]
    .toSorted((one, other) => one.merged!.at.localeCompare(other.merged!.at) || one.number - other.number)
    .map((pull) => {
      const issue = view.tables.issues.require(pull.id);
      return {
        pull,
        title: issue.title,
        author: view.tables.accounts.require(issue.authorId).login,
        labels: issue.labelIds.flatMap((id) => view.tables.labels.get(id)?.name ?? []),
        url: `${view.urls.web}/${name}/pull/${pull.number}`,
      };
    });
}

function excludes(rule: Category['exclude'], { labels, author }: Change): boolean {
  return rule.labels.some((label) => labels.includes(label)) || rule.authors.includes(author);
}

/** The list of changes, by category where there are any; what fits none comes last. */
function whatChanged(changes: readonly Change[], categories: readonly Category[]): string[] {
  if (changes.length === 0) return [];
  const line = ({ title, author, url }: Change) => `* ${title} by @${author} in ${url}`;
  const left = new Set(changes);
  const sections: string[] = [];
  const take = (title: string, wanted: (change: Change) => boolean) => {
    const taken = [...left].filter(wanted);
    for (const change of taken) left.delete(change);
    if (taken.length > 0) sections.push([`### ${title}`, ...taken.map(line)].join('\n'));
  };
  for (const category of categories) {
    take(
      category.title,
      (change) =>
        !excludes(category.exclude, change) &&
        category.labels.some((label) => label === '*' || change.labels.includes(label)),
    );
  }
  if (categories.length > 0) take('Other Changes', () => true);
  const body = sections.length > 0 ? sections.join('\n') : changes.map(line).join('\n');
  return [`## What's Changed\n${body}`];
}

/** Authors none of whose pull requests was merged before these. */
function newcomers(view: View, repository: Repository, changes: readonly Change[]): string[] {
  const earlier = new Set<string>();
  const told = new Set(changes.map(({ pull }) => pull.id));
  const first = changes[0]?.pull.merged?.at ?? '';
  for (const pull of view.tables.pulls.where('repository', repository.id)) {
    if (pull.merged === null || told.has(pull.id) || pull.merged.at > first) continue;
    const { authorId } = view.tables.issues.require(pull.id);
    earlier.add(view.tables.accounts.require(authorId).login);
  }
  const lines: string[] = [];
  for (const { author, url } of changes) {
    if (earlier.has(author) || author.endsWith('[bot]')) continue;
    earlier.add(author);
    lines.push(`* @${author} made their first contribution in ${url}`);
  }
  return lines.length === 0 ? [] : [`## New Contributors\n${lines.join('\n')}`];
}

function fullChangelog(
  view: View,
  repository: Repository,
  previous: string | undefined,
  tag: string,
): string {
  const web = `${view.urls.web}/${fullName(view, repository)}`;
  const range = previous === undefined ? `commits/${tag}` : `compare/${previous}...${tag}`;
  return `**Full Changelog**: ${web}/${range}`;
}

function configAt(
  view: View,
  repository: Repository,
  commit: string,
  given: string | undefined,
): { path?: string; config: NotesConfig } {
  const objects = view.core.objects(repository);
  const { tree } = readCommit(objects, commit);
  for (const path of given === undefined ? CONFIG_FILES : [given]) {
    const entry = findEntry(objects, tree, path);
    if (entry === undefined) continue;
    return { path, config: parseNotesConfig(readBody(objects, entry.id, 'blob').toString('utf8')) };
  }
  return { config: parseNotesConfig('') };
}
