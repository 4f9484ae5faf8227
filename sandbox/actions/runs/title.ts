type Payload = Readonly<Record<string, unknown>>;

/**
 * Title of a run without a `run-name`: what happened. https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#run-name
 * @param commit message of the head commit
 */
export function usualTitle(event: string, payload: Payload, workflow: string, commit: string): string {
  const titleOf = (key: string, member = 'title') => {
    const value = (payload[key] as Payload | undefined)?.[member];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  switch (event) {
    case 'push':
    case 'create':
      return firstLine(commit) || workflow;
    case 'pull_request':
    case 'pull_request_target':
    case 'pull_request_review':
    case 'pull_request_review_comment':
      return titleOf('pull_request') ?? workflow;
    case 'issues':
    case 'issue_comment':
      return titleOf('issue') ?? workflow;
    case 'release':
      return titleOf('release', 'name') ?? titleOf('release', 'tag_name') ?? workflow;
    case 'repository_dispatch':
      return typeof payload['action'] === 'string' ? payload['action'] : workflow;
    default:
      return workflow;
  }
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0]!.trim();
}
