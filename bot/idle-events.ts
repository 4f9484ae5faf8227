/** What GitHub tells of an event, as far as a line of the log needs it. */
export interface ToldEvent {
  readonly name: string;
  readonly action?: string | undefined;
  readonly sender?: { readonly login: string } | undefined;
  readonly review?: { readonly state: string } | undefined;
  readonly pull_request?: { readonly number: number } | undefined;
  readonly ref?: string | undefined;
  readonly ref_type?: string | undefined;
  readonly workflow_run?:
    { readonly id: number; readonly event: string; readonly head_branch: string | null } | undefined;
  readonly repository?: { readonly default_branch?: string } | undefined;
}

type Facts = Readonly<Record<string, unknown>>;

/**
 * Why an event that people may take for a decision is none, with what it was: reviews, tags in the grammar of versions
 * and stages that are not by `own`, runs whose artifacts nobody reads. Null for all others, which only wake.
 */
export function whyIdle(event: ToldEvent, own: string | null): Facts | null {
  const by = event.sender?.login ?? null;
  if (event.name === 'pull_request_review' && event.action === 'submitted') {
    return {
      event: event.name,
      pull: event.pull_request?.number ?? null,
      by,
      state: event.review?.state ?? null,
      why: 'a review gates the merge and approves no promotion: that takes /approve or an approve: label',
    };
  }
  if (event.name === 'workflow_run' && event.action === 'completed') return ofRun(event, by);
  return event.name === 'create' && event.ref_type === 'tag' && by !== own ? ofTag(event, by) : null;
}

function ofTag({ name, ref = '' }: ToldEvent, by: string | null): Facts | null {
  if (!/[@#]/.test(ref)) return null;
  const why = 'a tag decides nothing: what is registered and what runs where stands in the log';
  return { event: name, tag: ref.slice(0, 200), by, why };
}

/** Runs of pull requests are judged, those of pushes to the default branch registered. */
function ofRun({ name, workflow_run: run, repository }: ToldEvent, by: string | null): Facts | null {
  if (run === undefined || run.event === 'pull_request') return null;
  if (run.event === 'push' && run.head_branch === repository?.default_branch) return null;
  const why = `artifacts of a run of ${run.event.slice(0, 60)} are not looked at: only a pull request’s own runs are judged`;
  return { event: name, run: run.id, branch: run.head_branch, by, why };
}
