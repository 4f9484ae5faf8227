export type StateReason = 'completed' | 'not_planned' | 'duplicate' | 'reopened';
export type LockReason = 'off-topic' | 'too heated' | 'resolved' | 'spam';

/**
 * What happened, by GitHub's names of issue events
 * (https://docs.github.com/rest/using-the-rest-api/issue-event-types). Names and colours of labels and titles of
 * milestones are kept as they were; comments, reviews and commits are told by their ids.
 */
export type TimelineData =
  | { readonly kind: 'labeled' | 'unlabeled'; readonly name: string; readonly color: string }
  | { readonly kind: 'assigned' | 'unassigned'; readonly assigneeId: number; readonly assignerId: number }
  | { readonly kind: 'milestoned' | 'demilestoned'; readonly title: string }
  | { readonly kind: 'renamed'; readonly from: string; readonly to: string }
  | { readonly kind: 'closed'; readonly commitOid: string | null; readonly reason: StateReason | null }
  | { readonly kind: 'reopened' }
  | { readonly kind: 'locked'; readonly reason: LockReason | null }
  | { readonly kind: 'unlocked' }
  /** A commit that names the issue; its repository may be another one. */
  | { readonly kind: 'referenced'; readonly commitOid: string; readonly commitRepositoryId: number }
  /** `sourceId` is the issue or pull request whose text names this one. */
  | { readonly kind: 'cross-referenced'; readonly sourceId: number }
  | { readonly kind: 'mentioned' | 'subscribed' | 'unsubscribed' }
  | { readonly kind: 'commented'; readonly commentId: number }
  | { readonly kind: 'committed'; readonly oid: string }
  | { readonly kind: 'reviewed'; readonly reviewId: number }
  | {
      readonly kind: 'review_requested' | 'review_request_removed';
      readonly requesterId: number;
      readonly reviewerId?: number;
      readonly teamId?: number;
    }
  | {
      readonly kind: 'review_dismissed';
      readonly reviewId: number;
      readonly state: 'approved' | 'changes_requested' | 'commented';
      readonly message: string;
      readonly commitOid?: string;
    }
  | { readonly kind: 'merged'; readonly commitOid: string }
  | { readonly kind: 'convert_to_draft' | 'ready_for_review' }
  | { readonly kind: 'head_ref_deleted' | 'head_ref_restored'; readonly ref: string }
  | {
      readonly kind: 'head_ref_force_pushed' | 'base_ref_force_pushed';
      readonly before: string;
      readonly commitOid: string;
    }
  | { readonly kind: 'base_ref_changed'; readonly from: string; readonly to: string }
  | { readonly kind: 'auto_merge_enabled' | 'auto_squash_enabled' | 'auto_rebase_enabled' }
  | { readonly kind: 'auto_merge_disabled'; readonly reason: string }
  | { readonly kind: 'deployed'; readonly deploymentId: number }
  | { readonly kind: 'connected' | 'disconnected'; readonly sourceId: number }
  | { readonly kind: 'pinned' | 'unpinned' };

export type TimelineKind = TimelineData['kind'];
