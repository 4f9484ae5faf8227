/** Repository content by the addresses of pages: archives and raw files. */
import { gzipSync } from 'node:zlib';
import { signedFor } from '../actions/results/signing.ts';
import { canSee, may } from '../access/index.ts';
import { node } from '../git/graph.ts';
import { resolveCommit } from '../git/name.ts';
import { readBody } from '../git/objects.ts';
import { tarOf } from '../git/tar.ts';
import { findEntry } from '../git/tree.ts';
import { zipOf } from '../git/zip.ts';
import type { Core } from '../kernel/core.ts';
import type { Identity } from '../kernel/identity.ts';
import type { ApiResponse } from '../kernel/message.ts';
import type { Repository } from '../state/repositories.ts';

const ARCHIVE = /^\/([^/]+)\/([^/]+)\/(?:(legacy)\.(tar\.gz|zip)\/(.+)|archive\/(.+)\.(tar\.gz|zip))$/;
const RAW = /^\/([^/]+)\/([^/]+)\/raw\/(.+)$/;

/** Is this the address of an archive or of a raw file? */
export function isContentPath(path: string): boolean {
  const { pathname } = new URL(path, 'http://localhost');
  return ARCHIVE.test(pathname) || RAW.test(pathname);
}

function repositoryAt(core: Core, owner: string, name: string): Repository | undefined {
  const account = core.tables.accounts.find('login', owner.toLowerCase());
  return account && core.tables.repositories.find('name', `${account.id}/${name.toLowerCase()}`);
}

function archive(core: Core, repository: Repository, match: RegExpExecArray): ApiResponse | undefined {
  const legacy = match[3] === 'legacy';
  const format = legacy ? match[4]! : match[7]!;
  const ref = decodeURIComponent(legacy ? match[5]! : match[6]!);
  const commit = resolveCommit(core, repository, ref);
  if (commit === undefined) return undefined;
  const owner = core.tables.accounts.require(repository.ownerId).login;
  const name = ref.replace(/^refs\/(?:heads|tags)\//, '').replaceAll('/', '-');
  // As GitHub names the folder inside: by owner and commit for the API, by ref for people.
  const folder = legacy
    ? `${owner}-${repository.name}-${commit.slice(0, 7)}`
    : `${repository.name}-${name.replace(/^v(?=\d)/, '')}`;
  const store = core.objects(repository);
  const zip = format === 'zip';
  const body = zip ? zipOf(store, commit, folder) : gzipSync(tarOf(store, commit, folder));
  return {
    status: 200,
    headers: {
      'content-type': zip ? 'application/zip' : 'application/x-gzip',
      'content-disposition': `attachment; filename=${folder}.${format}`,
      etag: `W/"${commit}"`,
    },
    body,
  };
}

/** Where the ref ends and the path begins is for the refs to say: the shortest name that is one wins. */
function raw(core: Core, repository: Repository, rest: string): ApiResponse | undefined {
  const parts = rest.replace(/^refs\/heads\//, '').split('/');
  const store = core.objects(repository);
  for (let count = 1; count < parts.length; count++) {
    const commit = resolveCommit(core, repository, parts.slice(0, count).join('/'));
    if (commit === undefined) continue;
    const entry = findEntry(store, node(store, commit).tree, parts.slice(count).join('/'));
    if (entry?.mode.startsWith('1') !== true || entry.mode === '160000') continue;
    const body = readBody(store, entry.id, 'blob');
    const text = !body.subarray(0, 8000).includes(0);
    return {
      status: 200,
      headers: {
        'content-type': text ? 'text/plain; charset=utf-8' : 'application/octet-stream',
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        etag: `"${entry.id}"`,
      },
      body,
    };
  }
  return undefined;
}

/**
 * The answer for an archive or a raw file; undefined for what is not there, or not for this viewer. The address of a
 * private repository's archive, as the API gives it, is signed and good for an hour.
 */
export function contentDownload(core: Core, viewer: Identity, path: string): ApiResponse | undefined {
  const url = new URL(path, 'http://localhost');
  const archived = ARCHIVE.exec(url.pathname);
  const match = archived ?? RAW.exec(url.pathname);
  const repository = match === null ? undefined : repositoryAt(core, match[1]!, match[2]!);
  if (match === null || repository === undefined) return undefined;
  const readable =
    canSee(core, viewer, repository) &&
    (!repository.private || may(core, viewer, repository, 'read', 'contents', 'read'));
  if (!readable && !(url.searchParams.has('sig') && signedFor(core, url, 'read'))) return undefined;
  return archived === null
    ? raw(core, repository, decodeURIComponent(match[3]!))
    : archive(core, repository, archived);
}
