import type { Routes } from '../kernel/context.ts';
import { unprocessable } from '../kernel/errors.ts';
import { refKey } from '../state/repositories.ts';

interface DispatchInput {
  readonly event_type: string;
  readonly client_payload?: Readonly<Record<string, unknown>>;
}

/**
 * `repository_dispatch`: https://docs.github.com/rest/repos/repos#create-a-repository-dispatch-event. Unlike other
 * events it starts workflows even when the token of a job causes it:
 * https://docs.github.com/actions/concepts/security/github_token#when-github_token-triggers-workflow-runs
 */
export const dispatchRoutes: Routes = {
  'repos/create-dispatch-event': (c) => {
    const { event_type: action, client_payload: client = {} } = c.input<DispatchInput>();
    const { repositoryDispatchKeys: keys, repositoryDispatchBytes: bytes } = c.core.limits;
    const given = Object.keys(client).length;
    if (given > keys) {
      throw unprocessable(
        `Invalid request.\n\nNo more than ${keys} properties are allowed; ${given} were supplied.`,
      );
    }
    if (Buffer.byteLength(JSON.stringify(client)) >= bytes)
      throw unprocessable('client_payload is too large.');
    const { defaultBranch } = c.repo;
    const ref = `refs/heads/${defaultBranch}`;
    const sha = c.tables.refs.get(refKey(c.repo.id, ref))?.oid;
    c.emit({
      name: 'repository_dispatch',
      action,
      repositoryId: c.repo.id,
      payload: () => ({ branch: defaultBranch, client_payload: client }),
      facts: { ref, ...(sha === undefined ? {} : { sha }) },
    });
    return c.noContent();
  },
};
