/** What the registry shows, and what only reports need: not loaded where the answer is a document. */
export { DIFF_PARTS, diffVersions, type DiffRow, type KnownVersion } from './answers/diff.ts';
export { diffDocument, historyDocument, verifyDocument } from './report/history.ts';
export { statusDocument, troubleBlocks, type Waiting } from './report/status.ts';
export { versionDocument, versionsDocument, type ListedVersion } from './report/versions.ts';
