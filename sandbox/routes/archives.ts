import { signedPath } from '../actions/results/signing.ts';
import { resolveCommit } from '../git/name.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { notFound } from '../kernel/errors.ts';
import { fullName } from '../views/repositories.ts';

/** Leads to the archive; the address of a private repository's is good for an hour without a token. */
function archive(c: Context, format: 'tar.gz' | 'zip'): Reply {
  const asked = c.params['ref'] === undefined ? '' : c.text('ref');
  const ref = asked === '' ? `refs/heads/${c.repo.defaultBranch}` : asked;
  if (resolveCommit(c.core, c.repo, ref) === undefined) throw notFound();
  const path = `/${fullName(c, c.repo)}/legacy.${format}/${encodeURI(ref)}`;
  return c.redirect(c.urls.web + (c.repo.private ? signedPath(c.core, path, 'read') : path));
}

/** Archives: https://docs.github.com/rest/repos/contents#download-a-repository-archive-tar */
export const archiveRoutes: Routes = {
  'repos/download-tarball-archive': (c) => archive(c, 'tar.gz'),
  'repos/download-zipball-archive': (c) => archive(c, 'zip'),
};
