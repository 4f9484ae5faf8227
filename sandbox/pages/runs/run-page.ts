import type { WorkflowJobRow } from '../../state/action-jobs.ts';
import type { RunAttempt, WorkflowRun } from '../../state/actions.ts';
import type { Repository } from '../../state/repositories.ts';
import type { Page } from '../page.ts';

/** A run and the attempt that is looked at. */
export interface RunPage {
  readonly page: Page;
  readonly repository: Repository;
  readonly run: WorkflowRun;
  readonly attempt: RunAttempt | undefined;
  /** Path of the run's pages. */
  readonly at: string;
  readonly jobs: readonly WorkflowJobRow[];
}
