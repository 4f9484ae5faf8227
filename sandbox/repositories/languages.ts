import { readCommit } from '../git/commit-object.ts';
import { readBody } from '../git/objects.ts';
import { walkTree } from '../git/tree.ts';
import type { Core } from '../kernel/core.ts';
import { refKey, type Repository } from '../state/repositories.ts';

/** Languages by the ends of file names, as GitHub names them; data and prose do not count. https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-repository-languages */
const LANGUAGES: Readonly<Record<string, string>> = {
  py: 'Python',
  ipynb: 'Jupyter Notebook',
  ts: 'TypeScript',
  tsx: 'TypeScript',
  js: 'JavaScript',
  mjs: 'JavaScript',
  cjs: 'JavaScript',
  jsx: 'JavaScript',
  r: 'R',
  jl: 'Julia',
  go: 'Go',
  rs: 'Rust',
  java: 'Java',
  scala: 'Scala',
  kt: 'Kotlin',
  swift: 'Swift',
  c: 'C',
  h: 'C',
  cpp: 'C++',
  cc: 'C++',
  hpp: 'C++',
  cu: 'Cuda',
  cs: 'C#',
  rb: 'Ruby',
  sh: 'Shell',
  css: 'CSS',
  html: 'HTML',
};
const NAMES: Readonly<Record<string, string>> = { makefile: 'Makefile', dockerfile: 'Dockerfile' };

/** Bytes of each language on the default branch, the largest first. */
export function languagesOf(core: Core, repository: Repository): Record<string, number> {
  const tip = core.tables.refs.get(refKey(repository.id, `refs/heads/${repository.defaultBranch}`))?.oid;
  if (tip === undefined) return {};
  const objects = core.objects(repository);
  const bytes = new Map<string, number>();
  for (const { path, mode, id } of walkTree(objects, readCommit(objects, tip).tree)) {
    if (mode !== '100644' && mode !== '100755') continue;
    const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
    const language = NAMES[name] ?? LANGUAGES[name.slice(name.lastIndexOf('.') + 1)];
    if (language === undefined) continue;
    bytes.set(language, (bytes.get(language) ?? 0) + readBody(objects, id, 'blob').length);
  }
  return Object.fromEntries([...bytes].sort((a, b) => b[1] - a[1]));
}
