import { basename, resolve } from 'node:path';

import type { DataFolder } from './disk.ts';
import { importRepository } from './git/import.ts';
import type { Sandbox } from './index.ts';
import { addCollaborator, addRepository, SAMPLE_LOGINS } from './seed.ts';
import { StartError } from './start-error.ts';
import { refKey, type Repository } from './state/repositories.ts';
import { plantDefaultLabels } from './issues/labels.ts';

/**
 * Makes `owner/<folder name>` of a local git repository: branches and tags as they are there; the writers may write, the
 * reader reads. One that is there already is left alone, so that the same command may be given again.
 * @throws StartError when the path is no repository
 */
export function importInto(sandbox: Sandbox, folder: DataFolder, path: string, cwd: string): Repository {
  const { core } = sandbox;
  const source = resolve(cwd, path);
  const name = basename(source)
    .replace(/\.git$/, '')
    .replaceAll(/[^\w.-]+/g, '-');
  const owner = core.tables.accounts.find('login', SAMPLE_LOGINS[0]);
  if (owner === undefined) throw new Error('the sample people are missing');
  const known = core.tables.repositories.find('name', `${owner.id}/${name.toLowerCase()}`);
  if (known !== undefined) return known;
  if (name === '' || name === '.' || name === '..') {
    throw new StartError(
      'import-no-repository',
      `${source} has no name a repository could have`,
      'import a folder',
    );
  }
  return core.store.transaction(() => {
    const repository = addRepository(core, owner.id, name);
    for (const login of SAMPLE_LOGINS.slice(1, 4)) {
      const user = core.tables.accounts.find('login', login);
      if (user !== undefined) {
        addCollaborator(core, repository.id, user.id, login === 'reader' ? 'read' : 'write');
      }
    }
    const { refs, defaultBranch } = importRepository(source, {
      directory: folder.bare(repository.id),
      objectDirectory: folder.objects(repository.networkId),
    });
    for (const [ref, oid] of refs) {
      core.tables.refs.put({ key: refKey(repository.id, ref), repositoryId: repository.id, name: ref, oid });
    }
    plantDefaultLabels(core, repository.id);
    return core.tables.repositories.put({ ...repository, defaultBranch, pushedAt: repository.createdAt });
  });
}
