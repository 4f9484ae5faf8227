/** What the port promises of GitHub's REST forms: the members a simulation reads, under GitHub's own names. */

export interface UserData {
  readonly id: number;
  readonly login: string;
  readonly type: string;
}

export interface RefData {
  readonly ref: string;
  readonly object: { readonly sha: string; readonly type: string };
}

/** Who wrote or made a commit, as its bytes claim. */
export interface PersonData {
  readonly name: string;
  readonly email: string;
  readonly date: string;
}

export interface VerificationData {
  readonly verified: boolean;
  readonly reason: string;
}

export interface CommitData {
  readonly sha: string;
  readonly message: string;
  readonly author: PersonData;
  readonly committer: PersonData;
  readonly tree: { readonly sha: string };
  readonly parents: readonly { readonly sha: string }[];
  readonly verification: VerificationData;
}

/** A commit of a list: accounts beside what its bytes claim. */
export interface ListedCommitData {
  readonly sha: string;
  readonly commit: Pick<CommitData, 'message' | 'author' | 'committer' | 'tree' | 'verification'>;
  readonly author: UserData | null;
  readonly committer: UserData | null;
  readonly parents: readonly { readonly sha: string }[];
}

export interface ActivityData {
  readonly id: number;
  readonly ref: string;
  readonly before: string;
  readonly after: string;
  readonly timestamp: string;
  readonly activity_type: string;
  readonly actor: UserData | null;
}

export interface BranchRuleData {
  readonly type: string;
  readonly ruleset_id: number;
  readonly ruleset_source: string;
}

export interface TreeData {
  readonly sha: string;
  readonly tree: readonly {
    readonly path: string;
    readonly mode: string;
    readonly type: string;
    readonly sha: string;
  }[];
  readonly truncated: boolean;
}

export interface TagData {
  readonly sha: string;
  readonly tag: string;
  readonly message: string;
  readonly object: { readonly sha: string; readonly type: string };
}

export interface LabelData {
  readonly id: number;
  readonly name: string;
  readonly color: string;
  readonly description: string | null;
}

export interface IssueData {
  readonly id: number;
  readonly number: number;
  readonly title: string;
  readonly body: string | null;
  readonly state: 'open' | 'closed';
  readonly user: UserData;
  readonly labels: readonly LabelData[];
  readonly created_at: string;
  readonly updated_at: string;
  readonly closed_at: string | null;
  /** There where the issue is a pull request. */
  readonly pull_request?: object;
}

export interface CommentData {
  readonly id: number;
  readonly body: string;
  readonly user: UserData;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface ReactionData {
  readonly id: number;
  readonly content: string;
  readonly user: UserData | null;
  readonly created_at: string;
}

export interface TimelineData {
  readonly id?: number;
  readonly event: string;
  readonly actor?: UserData | null;
  readonly created_at?: string;
  readonly label?: { readonly name: string };
}

export interface PullData {
  readonly id: number;
  readonly number: number;
  readonly title: string;
  readonly body: string | null;
  readonly state: 'open' | 'closed';
  readonly draft: boolean;
  readonly user: UserData;
  readonly labels: readonly LabelData[];
  readonly head: { readonly ref: string; readonly sha: string };
  readonly base: { readonly ref: string; readonly sha: string };
  readonly merged_at: string | null;
  readonly merge_commit_sha: string | null;
}

export interface ReviewData {
  readonly id: number;
  readonly state: string;
  readonly body: string;
  readonly commit_id: string;
  readonly user: UserData;
  readonly submitted_at?: string;
}

export interface CheckRunData {
  readonly id: number;
  readonly name: string;
  readonly head_sha: string;
  readonly external_id: string;
  readonly status: string;
  readonly conclusion: string | null;
}

export interface AssetData {
  readonly id: number;
  readonly name: string;
  readonly state: string;
  readonly size: number;
  readonly digest: string | null;
}

export interface ReleaseData {
  readonly id: number;
  readonly tag_name: string;
  readonly target_commitish: string;
  readonly name: string | null;
  readonly body: string | null;
  readonly draft: boolean;
  readonly prerelease: boolean;
  readonly immutable: boolean;
  readonly assets: readonly AssetData[];
  readonly published_at: string | null;
}

export interface DeploymentData {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly task: string;
  readonly environment: string;
  readonly payload: unknown;
  readonly created_at: string;
}

export interface DeploymentStatusData {
  readonly id: number;
  readonly state: string;
  readonly description: string;
  readonly environment: string;
  readonly created_at: string;
}

export interface WorkflowRunData {
  readonly id: number;
  readonly name: string | null;
  readonly path: string;
  readonly event: string;
  readonly status: string | null;
  readonly conclusion: string | null;
  readonly head_branch: string | null;
  readonly head_sha: string;
  readonly run_attempt?: number;
  readonly created_at: string;
  readonly actor?: UserData;
}

export interface ArtifactData {
  readonly id: number;
  readonly name: string;
  readonly size_in_bytes: number;
  readonly expired: boolean;
  readonly digest?: string | null;
  readonly workflow_run?: { readonly id?: number; readonly head_sha?: string } | null;
}
