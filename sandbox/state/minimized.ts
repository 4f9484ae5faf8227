import type { Store } from './store.ts';

/** A comment that was hidden. The REST API knows nothing of it. */
export interface MinimizedComment {
  /** `IssueComment/12`, `PullRequestReview/12`, `PullRequestReviewComment/12` */
  readonly key: string;
  /** Why, as the classifiers of GraphQL have it. */
  readonly classifier: string;
}

/** Table of hidden comments. */
export function minimizedTables(store: Store) {
  return {
    minimizedComments: store.table<MinimizedComment>()('minimized_comments', {
      key: (row) => row.key,
      indexes: {},
    }),
  };
}
