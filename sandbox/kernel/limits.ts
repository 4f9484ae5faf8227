/** GitHub's documented limits; tests lower them. */
export interface Limits {
  /** Requests an hour. https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api */
  readonly ratePerHour: {
    readonly anonymous: number;
    readonly user: number;
    readonly installation: number;
    /** `GITHUB_TOKEN`, per repository. */
    readonly job: number;
  };
  /** Secondary limits; 0 switches one off. */
  readonly contentWritesPerMinute: number;
  readonly contentWritesPerHour: number;
  readonly pointsPerMinute: number;
  readonly bodyCharacters: number;
  readonly checkOutputBytes: number;
  readonly annotationsPerRequest: number;
  readonly assetBytes: number;
  readonly assetsPerRelease: number;
  readonly artifactsPerJob: number;
  readonly artifactDays: number;
  readonly cacheBytes: number;
  readonly cacheDays: number;
  readonly matrixJobs: number;
  readonly workflowBytes: number;
  readonly reruns: number;
  readonly dispatchInputs: number;
  readonly dispatchInputCharacters: number;
  readonly repositoryDispatchKeys: number;
  readonly repositoryDispatchBytes: number;
  readonly summaryBytes: number;
  readonly summariesPerJob: number;
  readonly annotationsPerStep: number;
  readonly jobMinutes: number;
  /** Largest body of a request that is not an upload. */
  readonly requestBytes: number;
  readonly deliveriesKept: number;
}

/** github.com, as of the references. Secondary limits are off: switch them on where a client's patience is tested. */
export const GITHUB_LIMITS: Limits = {
  ratePerHour: { anonymous: 60, user: 5000, installation: 5000, job: 1000 },
  contentWritesPerMinute: 0,
  contentWritesPerHour: 0,
  pointsPerMinute: 0,
  bodyCharacters: 65_536,
  checkOutputBytes: 65_535,
  annotationsPerRequest: 50,
  assetBytes: 2 ** 31 - 1,
  assetsPerRelease: 1000,
  artifactsPerJob: 500,
  artifactDays: 90,
  cacheBytes: 10 * 2 ** 30,
  cacheDays: 7,
  matrixJobs: 256,
  workflowBytes: 500 * 1024,
  reruns: 50,
  dispatchInputs: 25,
  dispatchInputCharacters: 65_535,
  repositoryDispatchKeys: 10,
  repositoryDispatchBytes: 64 * 1024,
  summaryBytes: 2 ** 20,
  summariesPerJob: 20,
  annotationsPerStep: 10,
  jobMinutes: 360,
  requestBytes: 50 * 2 ** 20,
  deliveriesKept: 2000,
};
