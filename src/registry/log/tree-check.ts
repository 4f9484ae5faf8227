import { gitBlobId } from '../../contracts/digest.ts';
import type { LogCommit, LogStore } from '../ports.ts';
import { README } from './readme.ts';
import { LogTree } from './tree.ts';

/** Trees that are read to say what is wrong in them: each may be large, and more of them say little new. */
const READ = 20;

/** Compares the trees of the log's commits, from the first to the head, with what their entries write. */
export class TreeCheck {
  readonly #store: Pick<LogStore, 'list'>;
  /** As the newest commit that was looked at has it, right or wrong; null: not known any more. */
  #tree: LogTree | null = new LogTree();
  #read = 0;

  constructor(store: Pick<LogStore, 'list'>) {
    this.#store = store;
  }

  /**
   * What is wrong with the tree of the next commit, given the one before it: half sentences. `written`: by path the blobs
   * that its entry writes; null: whatever it holds, and not necessarily.
   *
   * @throws PlatformError, InputError as the store does
   */
  async problemsOf(
    commit: LogCommit,
    written: ReadonlyMap<string, string | null>,
  ): Promise<readonly string[]> {
    const tree = this.#tree;
    if (tree === null) return [];
    const before = new Map([...written.keys()].map((path) => [path, tree.files.get(path)]));
    for (const [path, blob] of written) tree.put(path, blob ?? README_BLOB);
    if (tree.id() === commit.tree) return [];
    if (++this.#read > READ) {
      this.#tree = null;
      return ['its tree is not what the entries give, and later trees were not looked at'];
    }
    const found = new LogTree(await this.#store.list(commit.id, ''));
    this.#tree = found;
    const was = new Map<string, string | undefined>([...tree.files, ...before]);
    const problems = changeProblems(written, was, found.files);
    return found.id() === commit.tree ? problems : [...problems, 'its tree is not one that git writes'];
  }
}

const README_BLOB = gitBlobId(README);

function changeProblems(
  written: ReadonlyMap<string, string | null>,
  was: ReadonlyMap<string, string | undefined>,
  is: ReadonlyMap<string, string>,
): readonly string[] {
  const problems: string[] = [];
  const paths = new Set([...written.keys(), ...was.keys(), ...is.keys()]);
  for (const path of paths) {
    const [old, now, right] = [was.get(path), is.get(path), written.get(path)];
    if (right === null || (right === undefined ? now === old : now === right)) continue;
    if (now === undefined && old !== undefined) problems.push(`it removes ${path}`);
    else if (right === undefined) problems.push(`it changes ${path}, which its entry does not`);
    else if (now === old) problems.push(`it does not write ${path}`);
    else problems.push(`${path} in its tree is not what the entries give`);
  }
  return problems;
}
