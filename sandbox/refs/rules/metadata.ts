/** Rules about names, messages, addresses and files of what is pushed. */
import { readCommit } from '../../git/commit-object.ts';
import { type Change, treeChanges } from '../../git/changes.ts';
import { node } from '../../git/graph.ts';
import type { ObjectStore } from '../../git/objects.ts';
import { fnmatch } from '../patterns.ts';

/** Parameters of the pattern rules. https://docs.github.com/rest/repos/rules */
export interface PatternParameters {
  readonly operator: 'starts_with' | 'ends_with' | 'contains' | 'regex';
  readonly pattern: string;
  readonly negate?: boolean;
}

const VERBS = {
  starts_with: 'start with',
  ends_with: 'end with',
  contains: 'contain',
  regex: 'match the regular expression',
} as const;

/** Whether a text is as the rule wants it. */
export function fitsPattern({ operator, pattern, negate }: PatternParameters, text: string): boolean {
  const found = {
    starts_with: () => text.startsWith(pattern),
    ends_with: () => text.endsWith(pattern),
    contains: () => text.includes(pattern),
    regex: () => new RegExp(pattern).test(text),
  }[operator]();
  return found !== (negate ?? false);
}

/** `Branch name must start with "x"`. */
export function patternSentence(subject: string, { operator, pattern, negate }: PatternParameters): string {
  return `${subject} must ${negate === true ? 'not ' : ''}${VERBS[operator]} "${pattern}".`;
}

const SUBJECTS = {
  commit_message_pattern: 'Commit message',
  commit_author_email_pattern: 'Commit author email',
  committer_email_pattern: 'Committer email',
} as const;

export type CommitPatternRule = keyof typeof SUBJECTS;

/** Whether a rule is about messages or addresses of commits. */
export function isCommitPatternRule(type: string): type is CommitPatternRule {
  return type in SUBJECTS;
}

/** The sentence for commits that do not fit, with their ids; undefined when all do. */
export function commitPatternSentence(
  store: ObjectStore,
  type: CommitPatternRule,
  parameters: PatternParameters,
  commits: readonly string[],
): string | undefined {
  const text = (id: string): string => {
    const commit = readCommit(store, id);
    if (type === 'commit_message_pattern') return commit.message;
    return type === 'commit_author_email_pattern' ? commit.author.email : commit.committer.email;
  };
  const wrong = commits.filter((id) => !fitsPattern(parameters, text(id)));
  return wrong.length === 0 ? undefined : withViolations(patternSentence(SUBJECTS[type], parameters), wrong);
}

/** A sentence and below it what offends, as GitHub lists commits. */
export function withViolations(sentence: string, offenders: readonly string[]): string {
  const count = `Found ${offenders.length} violation${offenders.length === 1 ? '' : 's'}:`;
  return `${sentence}\n${count}\n\n${offenders.slice(0, 10).join('\n')}`;
}

/** Files which new commits add or change, each once. */
export function* writtenFiles(
  store: ObjectStore,
  commits: readonly string[],
): Generator<Change & Required<Pick<Change, 'after'>>> {
  const seen = new Set<string>();
  for (const id of commits) {
    const { tree, parents } = node(store, id);
    const before = parents[0] === undefined ? undefined : node(store, parents[0]).tree;
    for (const change of treeChanges(store, before, tree)) {
      if (change.after === undefined) continue;
      const key = `${change.path}\0${change.after.id}`;
      if (seen.has(key)) continue;
      seen.add(key);
      yield { ...change, after: change.after };
    }
  }
}

type FileTest = (path: string, size: () => number) => boolean;

interface FileRule {
  readonly sentence: string;
  /** Whether a file offends. */
  readonly offends: FileTest;
}

/** A rule about files, from its type and parameters; undefined for rules about something else. */
export function fileRule(type: string, parameters: Readonly<Record<string, unknown>>): FileRule | undefined {
  switch (type) {
    case 'file_path_restriction': {
      const paths = parameters['restricted_file_paths'] as string[];
      const offends = (path: string): boolean => paths.some((pattern) => fnmatch(pattern, path));
      return { sentence: 'Changes to restricted file paths are not allowed.', offends };
    }
    case 'max_file_path_length': {
      const most = parameters['max_file_path_length'] as number;
      return {
        sentence: `File paths must not be longer than ${most} characters.`,
        offends: (path) => path.length > most,
      };
    }
    case 'file_extension_restriction': {
      const extensions = parameters['restricted_file_extensions'] as string[];
      const offends = (path: string): boolean =>
        extensions.some((end) => path.endsWith(end.replace(/^\*/, '')));
      return { sentence: 'Files with restricted extensions are not allowed.', offends };
    }
    case 'max_file_size': {
      const most = parameters['max_file_size'] as number;
      const offends: FileTest = (_path, size) => size() > most * 2 ** 20;
      return { sentence: `Files must not be larger than ${most} MB.`, offends };
    }
    default:
      return undefined;
  }
}

/** The sentence for new files that offend; undefined when none does. */
export function fileSentence(
  store: ObjectStore,
  rule: FileRule,
  commits: readonly string[],
): string | undefined {
  const wrong: string[] = [];
  for (const { path, after } of writtenFiles(store, commits))
    if (rule.offends(path, () => store.read(after.id)?.body.length ?? 0)) wrong.push(path);
  return wrong.length === 0 ? undefined : withViolations(rule.sentence, [...new Set(wrong)]);
}
