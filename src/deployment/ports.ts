import type { DeployOutcome } from '../contracts/deployment.ts';

/** What is to run: the promote or rollback entry `n` of the log. The greater n wins at every target (fencing token). */
export interface Deployment {
  readonly n: number;
  readonly model: string;
  readonly stage: string;
  readonly version: string;
  /** Digest of the version's manifest; null for an adopted version, whose bytes nobody vouches for. */
  readonly manifest: string | null;
  /** When the entry was written, ISO. */
  readonly since: string;
}

/** Runs deployments somewhere else. */
export interface Deployer {
  /** Starts it unless it was started: any number of calls is one deployment. */
  start(deployment: Deployment): Promise<void>;
  /** Null where nothing is known of it yet: it is to be started (again). */
  outcome(deployment: Deployment): Promise<DeployOutcome | null>;
}
