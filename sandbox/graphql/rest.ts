/**
 * The members of REST answers that GraphQL is made of. Their form is GitHub's description of the operation, to which
 * every answer is held in tests.
 */
export interface RestUser {
  readonly id: number;
  readonly login: string;
}

export interface RestRepository {
  readonly node_id: string;
  readonly size: number;
  readonly is_template?: boolean;
  readonly has_wiki: boolean;
  readonly has_projects: boolean;
  readonly has_discussions: boolean;
  readonly allow_update_branch?: boolean;
  readonly language: string | null;
  readonly license: { readonly key: string; readonly name: string; readonly spdx_id: string | null } | null;
  readonly forks_count: number;
  readonly stargazers_count: number;
  readonly subscribers_count?: number;
  readonly ssh_url: string;
  readonly template_repository?: { readonly id: number } | null;
}

export interface RestReviewComment {
  readonly line?: number | null;
  readonly start_line?: number | null;
  readonly position?: number | null;
  readonly commit_id: string;
}

export interface RestCheckRun {
  readonly id: number;
  readonly node_id: string;
  readonly name: string;
  readonly external_id: string | null;
  readonly html_url: string | null;
  readonly details_url: string | null;
  readonly status: string;
  readonly conclusion: string | null;
  readonly started_at: string | null;
  readonly completed_at: string | null;
  readonly head_sha: string;
  readonly output: {
    readonly title: string | null;
    readonly summary: string | null;
    readonly text: string | null;
    readonly annotations_count: number;
  };
  readonly check_suite: { readonly id: number } | null;
  readonly app: RestApp | null;
}

export interface RestCheckSuite {
  readonly id: number;
  readonly node_id: string;
  readonly head_branch: string | null;
  readonly head_sha: string;
  readonly status: string | null;
  readonly conclusion: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly app: RestApp | null;
}

export interface RestApp {
  readonly id: number;
  readonly node_id: string;
  readonly slug?: string;
  readonly name: string;
  readonly description: string | null;
  readonly external_url: string;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface RestStatus {
  readonly id: number;
  readonly node_id: string;
  readonly state: string;
  readonly context: string;
  readonly description: string | null;
  readonly target_url: string | null;
  readonly created_at: string;
  readonly avatar_url: string | null;
}

export interface RestAsset {
  readonly id: number;
  readonly node_id: string;
  readonly name: string;
  readonly content_type: string;
  readonly size: number;
  readonly digest: string | null;
  readonly download_count: number;
  readonly browser_download_url: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly uploader: RestUser | null;
}

export interface RestRelease {
  readonly id: number;
  readonly node_id: string;
  readonly html_url: string;
  readonly tag_name: string;
  readonly target_commitish: string;
  readonly name: string | null;
  readonly body?: string | null;
  readonly draft: boolean;
  readonly prerelease: boolean;
  readonly immutable?: boolean;
  readonly created_at: string;
  readonly updated_at?: string | null;
  readonly published_at: string | null;
  readonly author: RestUser;
  readonly assets: readonly RestAsset[];
}

export interface RestProtection {
  readonly required_status_checks?: {
    readonly strict?: boolean;
    readonly contexts: readonly string[];
  };
  readonly required_pull_request_reviews?: {
    readonly dismiss_stale_reviews: boolean;
    readonly require_code_owner_reviews: boolean;
    readonly required_approving_review_count?: number;
  };
  readonly enforce_admins?: { readonly enabled: boolean };
  readonly required_linear_history?: { readonly enabled: boolean };
  readonly allow_force_pushes?: { readonly enabled: boolean };
  readonly allow_deletions?: { readonly enabled: boolean };
  readonly required_signatures?: { readonly enabled: boolean };
}
