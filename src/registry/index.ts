export { appendEntry, type Appended, type AppendOptions, type Refusal } from './log/append.ts';
export { signatureFlaw } from './log/chain.ts';
export { readEntries, recordedEntry, recordedNumbers } from './log/entries.ts';
export { applyEntry, foldEntries, stageOf } from './log/fold.ts';
export { entryMessage, isUnreadable, parseEntryMessage, type UnreadableEntry } from './log/message.ts';
export { openLog } from './log/open.ts';
export { verifyLog, type Verified, type VerifyOptions } from './log/verify.ts';
export {
  modelPath,
  requestPath,
  type Log,
  type LogTrouble,
  type LogTrust,
  type RecordedEntry,
} from './log/types.ts';
export { findModel, findVersion, parseNamed, type Named } from './answers/find.ts';
export { lineageOf } from './answers/lineage.ts';
export {
  statusOf,
  versionLine,
  type LogStatus,
  type ModelStatus,
  type StageStatus,
  type VersionLine,
} from './answers/status.ts';
export { entryWords } from './answers/words.ts';
export * from './gto/index.ts';
export { pull, type Pulled, type PullInput, type PullPorts } from './pulls/pull.ts';
export { entryFile } from './versions/entry-file.ts';
export { finishVersions, type Finished, type FinishPorts } from './versions/finish.ts';
export { register } from './versions/register.ts';
export type {
  Bump,
  CardFacts,
  LocalDocument,
  LocalFile,
  MetricChange,
  Registered,
  Registration,
  VersionPorts,
} from './versions/types.ts';
