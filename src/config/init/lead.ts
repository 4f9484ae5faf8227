/** A sign that a folder trains a model: what it was found in and what that says by itself. Paths are relative to `folder`. */
export interface Lead {
  readonly kind: LeadKind;
  /** Folder the command runs in, relative to the repository; '' is its top. */
  readonly folder: string;
  /** The file it was found in, relative to the repository. */
  readonly from: string;
  /** A name for the model, where the file gives one. */
  readonly name: string | null;
  readonly run: readonly string[];
  /** Files whose code tells more, relative to the repository. */
  readonly scripts: readonly string[];
  readonly params: readonly string[];
  readonly model: readonly string[];
  readonly metrics: readonly string[];
  readonly data: readonly string[];
  /** Things to look at, one sentence each. */
  readonly notes: readonly string[];
}

export const LEAD_KINDS = [
  'dvc',
  'mlproject',
  'npm',
  'make',
  'python',
  'r',
  'javascript',
  'cargo',
  'notebook',
] as const;
export type LeadKind = (typeof LEAD_KINDS)[number];

const NOTHING = { name: null, scripts: [], params: [], model: [], metrics: [], data: [], notes: [] };

/** A lead with what is not known left empty. */
export function leadOf(lead: Partial<Lead> & Pick<Lead, 'kind' | 'folder' | 'from' | 'run'>): Lead {
  return { ...NOTHING, ...lead };
}

/** Folder part of a path; '' at the top. */
export function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

/** Last part of a path. */
export function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A path below `folder` as seen from it; null for any other. */
export function below(folder: string, path: string): string | null {
  if (folder === '') return path;
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : null;
}

/** A path of the repository as seen from `folder`, with `..` where it lies elsewhere. */
export function seenFrom(folder: string, path: string): string {
  const [from, to] = [folder === '' ? [] : folder.split('/'), path.split('/')];
  let shared = 0;
  while (shared < from.length && shared < to.length - 1 && from[shared] === to[shared]) shared += 1;
  return [...from.slice(shared).map(() => '..'), ...to.slice(shared)].join('/');
}

/** A word of a shell command, quoted where it must be. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Names (of scripts without extension, of stages) that speak of training. */
export const TRAINING_NAME = /(?:^|[_-])(?:train|training|trainer|fit|retrain)(?:[_-]|$)/i;
