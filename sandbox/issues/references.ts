import { withoutCode } from './plain-text.ts';

/** An issue or pull request that a text names. */
export interface IssueReference {
  /** Both or neither: another repository. */
  readonly owner?: string;
  readonly repo?: string;
  readonly number: number;
  /** A closing keyword stands before it. */
  readonly closes: boolean;
}

export interface References {
  /** Logins after `@`, in lower case, each once. */
  readonly mentions: readonly string[];
  readonly issues: readonly IssueReference[];
}

/** https://docs.github.com/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue */
const CLOSING = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)(?::\s*|\s+)$/i;
const MENTION = /(?<![\w/@.`-])@([a-z\d](?:[a-z\d]|-(?=[a-z\d])){0,38}(?:\[bot\])?)(?![\w/-])/gi;
/** https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls */
const ISSUE = new RegExp(
  [
    /(?<![\w/#&@.-])(?:(?<owner>[\w-]+)\/(?<repo>[\w.-]+))?#(?<number>\d{1,9})(?![\w])/.source,
    /(?<![\w/#&@.-])GH-(?<short>\d{1,9})(?![\w])/.source,
    /https?:\/\/[\w.-]+(?::\d+)?\/(?<host>[\w-]+)\/(?<name>[\w.-]+)\/(?:issues|pull)\/(?<page>\d{1,9})(?![\w/])/
      .source,
  ].join('|'),
  'gi',
);

/** What a text in Markdown, or the message of a commit, names. Code and comments name nothing. */
export function readReferences(text: string): References {
  const plain = withoutCode(text);
  const mentions = new Set<string>();
  for (const [, login] of plain.matchAll(MENTION)) mentions.add(login!.toLowerCase());
  const issues: IssueReference[] = [];
  for (const match of plain.matchAll(ISSUE)) {
    const groups = match.groups!;
    const owner = groups['owner'] ?? groups['host'];
    const repo = groups['repo'] ?? groups['name'];
    issues.push({
      ...(owner === undefined || repo === undefined ? {} : { owner, repo }),
      number: Number(groups['number'] ?? groups['short'] ?? groups['page']),
      closes: CLOSING.test(plain.slice(Math.max(0, match.index - 20), match.index)),
    });
  }
  return { mentions: [...mentions], issues };
}
