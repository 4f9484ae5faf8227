/** How the deployment of a promote or rollback entry went, as told by who ran it. */
export type DeployOutcome =
  | { readonly status: 'running' }
  | { readonly status: 'verified' }
  | { readonly status: 'failed'; readonly reason: string };
