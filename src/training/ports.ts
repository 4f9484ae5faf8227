import type { ArtifactCache, FileDigests } from '../contracts/artifacts.ts';
import type { RunCommand } from '../contracts/command.ts';

/** What training needs of the machine. The pipeline gives `run`, `files` and `cache`; src/platform/compute the rest. */
export interface TrainPorts {
  readonly run: RunCommand;
  readonly files: FileDigests;
  readonly cache: ArtifactCache;
  readonly sources: Sources;
  readonly host: Host;
}

/** Lists a source tree. */
export interface Sources {
  /**
   * Files under `dir` (relative to `root`, '' for all) that git tracks or would track, relative to `root`, with `/`,
   * sorted by code unit; all files of a checkout that was made of a commit. Null where `root` is no such tree.
   */
  unignored(root: string, dir: string): Promise<readonly string[] | null>;
}

/** The machine user code runs on. */
export interface Host {
  /** Variables user code gets beside its declared ones: PATH, HOME, LANG and the like; no secrets. */
  readonly environment: Readonly<Record<string, string>>;
  /** Variables that only `environment.install` gets: package registries and proxies. */
  readonly registries: Readonly<Record<string, string>>;
  readonly platform: string;
  readonly arch: string;
}
