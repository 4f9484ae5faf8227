/** Artifacts (v4) and caches (v2) as @actions/artifact and @actions/cache know them. */
export { artifactDownload, hasExpired, removeArtifact } from './artifacts.ts';
export { cachesOf, removeCache } from './caches.ts';
export { expireResults } from './expiry.ts';
export { type FindJob, type ResultsJob } from './job.ts';
export { hasLog, jobLogPath, runLogsPath } from './logs.ts';
export { type ResultsRequest, type ResultsResponse } from './message.ts';
export { newRuntimeToken } from './runtime-token.ts';
export { answerResults } from './service.ts';
