import type { JudgeRequest } from '../../contracts/judging.ts';
import type { LocalFile } from '../../registry/index.ts';
import type { LogStore } from '../../registry/ports.ts';

/** What judging pull requests asks of the outside. Implemented over GitHub's API and by a process of its own. */

/** A workflow run as GitHub says it was. */
export interface HeadRun {
  readonly id: number;
  readonly attempt: number;
  readonly event: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly headSha: string;
  readonly headBranch: string | null;
  /** Ids of the repository it ran in, and of the one its head lives in; null where that one is gone. */
  readonly repository: number;
  readonly headRepository: number | null;
  readonly url: string;
}

export interface RunArtifact {
  readonly id: number;
  readonly name: string;
  /** Of the zip. */
  readonly bytes: number;
  readonly expired: boolean;
  /** The run that uploaded it, and that run's head, as GitHub says. */
  readonly run: number;
  readonly headSha: string | null;
  /** Hex SHA-256 of the zip; null where GitHub does not say. */
  readonly sha256: string | null;
}

export interface ArtifactSource {
  /** Runs of pull requests whose head is a commit, newest first. Cheap where nothing changed. */
  runsOf(head: string): Promise<readonly HeadRun[]>;
  /** Runs of pushes to a branch that ended well, newest first, at most a page. Cheap where nothing changed. */
  pushRuns(branch: string): Promise<readonly HeadRun[]>;
  artifactsOf(run: number): Promise<readonly RunArtifact[]>;
  /**
   * Writes an artifact's zip into a file. Throws InputError ARTIFACT_REFUSED where it is larger than `mostBytes` or its
   * digest is another, PlatformError GITHUB_REFUSED where it is gone.
   */
  download(artifact: RunArtifact, file: string, mostBytes: number, signal?: AbortSignal): Promise<void>;
  /** Writes all files of a commit into a file: a zip, everything below one folder. */
  commitFiles(commit: string, file: string, mostBytes: number, signal?: AbortSignal): Promise<void>;
  /** Id of the git tree of a top folder at a commit; null where there is none. */
  folderId(commit: string, folder: string): Promise<string | null>;
}

/** Branches `slipway/ledger-YYYY-MM`. */
export interface Ledger {
  /** Those that exist, newest month first. */
  months(): Promise<readonly { readonly month: string; readonly head: string }[]>;
  /** The branch of a month, `2026-01`, whether it exists or not. */
  month(month: string): LogStore;
}

/** Where artifacts are judged. */
export interface Judge {
  /** An empty folder for one judgement; it is gone afterwards. */
  withFolder<T>(use: (folder: string) => Promise<T>): Promise<T>;
  /**
   * Judges what lies in the folder; the answer is data of a process that read foreign files, to be parsed. Throws
   * PlatformError JUDGE_FAILED, CancelledError.
   */
  run(folder: string, request: JudgeRequest, signal?: AbortSignal): Promise<unknown>;
  /** Plain files below a folder that was judged; their bytes may be read until `withFolder` ends. */
  files(folder: string, below: string): Promise<JudgedFiles>;
}

/** What lies in a folder, for handing it on. */
export interface JudgedFiles {
  /** Resolved absolute path of the folder. */
  readonly root: string;
  readonly files: readonly Required<Pick<LocalFile, 'path' | 'source' | 'facts'>>[];
}

/** A version that a candidate is compared with, as the log has it. */
export interface BaselineVersion {
  readonly kind: 'production' | 'latest';
  readonly model: string;
  readonly version: string;
  /** Digest of its manifest. */
  readonly manifest: string;
}

/** A version's predictions on some test rows, by the digest of these. */
export interface BaselinePredictions {
  readonly dataset: string;
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface BaselineSource {
  /** Throws InputError DIGEST_MISMATCH where the release is not what the log says, VERSION_UNKNOWN where it is gone. */
  predictions(version: BaselineVersion): Promise<readonly BaselinePredictions[]>;
  /** Writes them into a file; throws InputError DIGEST_MISMATCH where they are not what the manifest says. */
  fetch(version: BaselineVersion, predictions: BaselinePredictions, file: string): Promise<void>;
}
