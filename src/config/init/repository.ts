import type { RepositoryFiles } from '../ports.ts';

const MOST_FILES = 20_000;
const MOST_BYTES = 131_072;
/** Folders whose scripts belong to nobody's model. */
const NOT_OURS =
  /(?:^|\/)(?:node_modules|\.venv|venv|site-packages|tests?|__pycache__|docs?|\.git|\.slipway|\.dvc|mlruns|renv\/library|packrat|dist|build|target|vendor|third_party)\//i;

const UNUSABLE = /[\p{Cc}\p{Cs}\\]/u;

/** A repository as `init` looks at it: the list of files, and texts read once. */
export interface Repository {
  readonly files: readonly string[];
  readonly has: (path: string) => boolean;
  /** Text of a file's beginning; '' when it cannot be read. */
  readonly text: (path: string) => Promise<string>;
  readonly bytes: (path: string) => Promise<Uint8Array | null>;
  /** All files below a folder, also those that git ignores (data often is). */
  readonly everything: (folder: string) => Promise<readonly string[]>;
}

/** Opens a repository through the port; file contents are read when they are asked for. */
export async function openRepository(port: RepositoryFiles): Promise<Repository> {
  const listed = await port.list(MOST_FILES);
  // Names that no config could carry unharmed (line breaks, backslashes) belong to no proposal.
  const files = listed.filter((path) => !NOT_OURS.test(path) && !UNUSABLE.test(path) && path.trim() !== '');
  const known = new Set(listed);
  const texts = new Map<string, Promise<string>>();
  return {
    files,
    has: (path) => known.has(path),
    async text(path) {
      const reading = texts.get(path) ?? readText(port, path);
      texts.set(path, reading);
      return await reading;
    },
    bytes: (path) => port.head(path, 262_144),
    async everything(folder) {
      const found = await port.match(
        '.',
        folder === '' ? '**/*.{csv,tsv,parquet,feather,arrow,jsonl,csv.gz,tsv.gz}' : `${folder}/**`,
      );
      return found.filter((path) => !NOT_OURS.test(path) && !UNUSABLE.test(path));
    },
  };
}

async function readText(port: RepositoryFiles, path: string): Promise<string> {
  const bytes = await port.head(path, path.endsWith('.ipynb') ? 4 * 1_048_576 : MOST_BYTES);
  return bytes === null ? '' : new TextDecoder().decode(bytes).replace(/^\uFEFF/, '');
}
