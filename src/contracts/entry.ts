import { z } from 'zod';

import { Decision } from './decision.ts';

/**
 * One entry of the log: one commit of the branch `slipway/log` (docs/log.md). Unknown members and unknown schemas are
 * refused, so that an older Slipway never acts on what it does not understand.
 */

export const ENTRY_SCHEMA = 'slipway.entry/1';
/** The branch whose commits are the entries. */
export const LOG_BRANCH = 'slipway/log';

/** What an entry does. `of` of advance, verified and failed names the promote or rollback entry they speak of. */
export const OPS = [
  'register',
  'promote',
  'advance',
  'verified',
  'failed',
  'rollback',
  'freeze',
  'unfreeze',
  'accept',
  'accept-test',
  'genesis',
] as const;
export type Op = (typeof OPS)[number];

/** Who can write the log: the App alone, a deploy key in a protected environment, or any writer (docs/trust.md). */
export const MODES = ['app', 'deploy-key', 'open'] as const;
export type Mode = (typeof MODES)[number];

/** Names that a tag of GTO's grammar can carry: models and stages. */
const TagName = z
  .string()
  .max(200)
  .regex(/^(?!.*\/\/)[A-Za-z0-9](?:[A-Za-z0-9_/-]*[A-Za-z0-9])?$/);
/** Strict SemVer behind a `v`, as in the version's tag. */
const VersionName = z
  .string()
  .max(100)
  .regex(
    /^v(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-(?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*))*)?(?:\+[\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*)?$/,
  );
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export const CommitId = z.string().regex(/^[0-9a-f]{40}$/);
/** UTC with milliseconds, as Date.toISOString prints. */
const Time = z.iso.datetime({ precision: 3 });

/** A GitHub account. The id decides, the login is for people: logins can be renamed and taken over. */
export const Person = z.strictObject({ id: z.int().min(0), login: z.string().min(1).max(100) });
export type Person = z.infer<typeof Person>;

/** What any workflow commits as, signed by GitHub: whoever may push can be this bot. */
export const ANY_WORKFLOW = 'github-actions[bot]';

/** An approval that counted: who, and the comment or label event it was. */
export const Approval = z.strictObject({
  ...Person.shape,
  via: z.enum(['comment', 'label', 'command']),
  /** Id of the comment or of the `labeled` event; 0 for a command line. */
  event: z.int().min(0),
});
export type Approval = z.infer<typeof Approval>;

/** What the judging of a version said, as far as promotions need it. */
export const VersionVerdict = z.strictObject({
  decision: Decision,
  reason: z.string().max(60),
  /** Whether only the scorer could read the targets of the test rows. */
  holdout: z.enum(['hidden', 'visible']),
});
export type VersionVerdict = z.infer<typeof VersionVerdict>;

export const Entry = z.strictObject({
  schema: z.literal(ENTRY_SCHEMA),
  /** Position in the log, from 1, without gaps: the fencing token of deployments. */
  n: z.int().min(1),
  /**
   * Id of the repository that the log is of: a log that was pushed elsewhere is told by it, however well it is signed.
   * Renaming and transferring keep it. Null where a clone wrote, which does not know it.
   */
  repository: z.int().min(1).nullable(),
  /** By GitHub's clock where the log is written through GitHub. Shown and used for soak; never for order. */
  at: Time,
  op: z.enum(OPS),
  model: TagName,
  stage: TagName.optional(),
  version: VersionName.optional(),
  /** Digest of the version's manifest.json; adopted versions have none. */
  manifest: Sha256.optional(),
  /** Digest of the evaluation record. */
  evaluation: Sha256.optional(),
  verdict: VersionVerdict.optional(),
  /** Commit the version was trained from. */
  commit: CommitId.optional(),
  /** Pull request the version came from. */
  pull: z.int().min(1).optional(),
  /** Who made the version: author of the pull request and of its commits. */
  authors: z.array(Person).max(100).optional(),
  of: z.int().min(1).optional(),
  /** Key of the request or step this entry answers: the same key is never recorded twice. */
  request: Sha256,
  actor: Person,
  approvals: z.array(Approval).max(100),
  reason: z.string().max(1000).optional(),
  mode: z.enum(MODES),
  /** Commit of the default branch whose slipway.yaml decided. */
  config: CommitId.nullable(),
  /** Shares of the traffic in percent by version (op advance). */
  weights: z.record(VersionName, z.number().min(0).max(100)).optional(),
});
export type Entry = z.infer<typeof Entry>;

/** An entry before it has its place in the log. */
export type EntryDraft = Omit<Entry, 'schema' | 'n' | 'repository' | 'at'>;
