/** What is deployed: entry `n` of the log puts a version into a stage. */
export interface Deployment {
  /** Of the promote or rollback entry: the fencing token at the target. */
  readonly n: number;
  readonly model: string;
  readonly stage: string;
  readonly version: string;
  /** Digest of the version's manifest, which the target verifies by itself; null for adopted versions. */
  readonly manifest: string | null;
  /** When the entry was recorded, ISO. */
  readonly since: string;
}

/** How a deployment goes, as told by who runs it. */
export type DeploymentOutcome =
  | { readonly status: 'running' }
  | { readonly status: 'verified' }
  | { readonly status: 'failed'; readonly reason: string };

/** Runs deployments somewhere else and tells how they went. */
export interface Deployer {
  /**
   * Starts a deployment unless one of this `n` is known already.
   *
   * @throws PlatformError AMBIGUOUS it may have been started: ask for the outcome before starting again
   */
  start(deployment: Deployment): Promise<void>;
  /** Null where nothing of this `n` has been seen yet. */
  outcome(deployment: Deployment): Promise<DeploymentOutcome | null>;
}
