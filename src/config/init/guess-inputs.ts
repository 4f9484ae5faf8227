import { baseOf, below, folderOf, seenFrom } from './lead.ts';
import type { Lead } from './lead.ts';
import type { Repository } from './repository.ts';

const IMPORT = /^[ \t]*(?:from[ \t]+([A-Za-z_]\w*)[\w.]*[ \t]+import\b|import[ \t]+([A-Za-z_]\w*))/gm;
const UPWARD = /["'`]((?:\.\.\/)+[^"'`\n]{1,200})["'`]/g;
const SOURCE = /\.(?:py|[rR]|[cm]?[jt]s)$/;

/**
 * Code of other folders that a model of a monorepo uses: modules that lie above it, files and folders named with `../`.
 * Patterns as `train.inputs` wants them, with the model's own files first; empty where the model needs nothing else.
 */
export function guessInputs(repository: Repository, lead: Lead, code: string): readonly string[] {
  if (lead.folder === '') return [];
  const outside = repository.files.filter((path) => SOURCE.test(path) && below(lead.folder, path) === null);
  const modules = [...code.matchAll(IMPORT)].map(([, from, whole]) => from ?? whole ?? '');
  const named = [...code.matchAll(UPWARD)].map(([, path]) => path ?? '');
  const shared = [
    ...modules.flatMap((name) => moduleAbove(outside, lead.folder, name)),
    ...named.flatMap((path) => namedAbove(outside, lead.folder, path)),
  ];
  const patterns = [...new Set(shared)].map((path) => seenFrom(lead.folder, path)).sort();
  return patterns.length === 0 ? [] : ['**', ...patterns];
}

/** `common/**` for a package, `common.py` for a module: in the nearest folder above, else where only one lies. */
function moduleAbove(outside: readonly string[], folder: string, name: string): readonly string[] {
  for (let above = folder; above !== '';) {
    above = folderOf(above);
    const prefix = above === '' ? '' : `${above}/`;
    if (outside.includes(`${prefix}${name}.py`)) return [`${prefix}${name}.py`];
    if (outside.some((path) => path.startsWith(`${prefix}${name}/`) && path.endsWith('.py')))
      return [`${prefix}${name}/**`];
  }
  const elsewhere = outside.filter((path) => baseOf(path) === `${name}.py`);
  const [only] = elsewhere;
  return only === undefined || elsewhere.length > 1 ? [] : [`${folderOf(only)}/**`];
}

/** What a path with `../` names: a file with or without its extension, or a folder; never the whole repository. */
function namedAbove(outside: readonly string[], folder: string, path: string): readonly string[] {
  const parts = folder.split('/');
  const steps = path.replace(/\/+$/, '').split('/');
  while (steps[0] === '..' && parts.length > 0) {
    steps.shift();
    parts.pop();
  }
  const wanted = [...parts, ...steps].join('/');
  if (steps.length === 0 || steps.includes('..')) return [];
  const file = outside.find((one) => one === wanted || one.replace(SOURCE, '') === wanted);
  if (file !== undefined) return [folderOf(file) === '' ? file : `${folderOf(file)}/**`];
  return outside.some((one) => one.startsWith(`${wanted}/`)) ? [`${wanted}/**`] : [];
}
