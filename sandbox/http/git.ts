import type { IncomingMessage, ServerResponse } from 'node:http';

import { canSee, identify, may } from '../access/index.ts';
import { gitRequest, serveGit, type GitService } from '../git/smart-http.ts';
import type { Sandbox } from '../index.ts';
import { accountOf } from '../kernel/context.ts';
import { ApiError } from '../kernel/errors.ts';
import type { Identity } from '../kernel/identity.ts';
import { lentBranches } from '../pulls/lent.ts';
import { gitEndpoint, type GitPlaces } from '../refs/git-endpoint.ts';
import type { Repository } from '../state/repositories.ts';
import { fullName } from '../views/repositories.ts';
import { replyText } from './reply.ts';
import type { Mount } from './server.ts';

/** Where git's own files of a repository are. */
export type PlacesOf = (repository: Repository) => GitPlaces;

/** Git over HTTP: reading as the API's visibility says, writing for those with push access, others told as GitHub tells. */
export function gitMount(sandbox: Sandbox, placesOf: PlacesOf): Mount {
  return async ({ request, response, destination, headers }) => {
    const what =
      destination.part === 'web' ? gitRequest(request.method ?? 'GET', destination.path) : undefined;
    if (what === undefined) return false;
    const admitted = admit(sandbox, headers, what);
    if ('refused' in admitted) refuse(request, response, admitted.refused);
    else {
      const { repository, viewer } = admitted;
      const account = accountOf(sandbox.core, viewer);
      const actor = account === null ? null : { account, by: viewer };
      await serveGit(
        request,
        response,
        what,
        gitEndpoint(sandbox.core, repository, actor, placesOf(repository)),
      );
    }
    return true;
  };
}

const WRITE_NOT_GRANTED = 'Write access to repository not granted.';

type Refusal = { readonly status: number; readonly text: string };

function admit(
  { core }: Sandbox,
  headers: Readonly<Record<string, string>>,
  { owner, name, service }: { owner: string; name: string; service: GitService },
): { repository: Repository; viewer: Identity } | { refused: Refusal } {
  let viewer: Identity;
  try {
    viewer = identify(core, headers);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { refused: { status: 401, text: 'Invalid username or token.' } };
  }
  const account = core.tables.accounts.find('login', owner.toLowerCase());
  const repository = account && core.tables.repositories.find('name', `${account.id}/${name.toLowerCase()}`);
  const anonymous = viewer.kind === 'anonymous';
  if (repository === undefined || !canSee(core, viewer, repository)) {
    return {
      refused: anonymous
        ? { status: 401, text: 'Authentication required.' }
        : { status: 404, text: 'Repository not found.' },
    };
  }
  if (service === 'git-upload-pack') {
    const readable = !repository.private || may(core, viewer, repository, 'read', 'contents', 'read');
    return readable ? { repository, viewer } : { refused: { status: 403, text: WRITE_NOT_GRANTED } };
  }
  if (anonymous) return { refused: { status: 401, text: 'Authentication required.' } };
  const refusal = pushRefusal({ core, repository, viewer });
  return refusal === undefined ? { repository, viewer } : { refused: { status: 403, text: refusal } };
}

/** Why this caller may not push at all; the rules of single refs are asked later. */
function pushRefusal({ core, repository, viewer }: Asked): string | undefined {
  if (repository.archived) return 'This repository was archived so it is read-only.';
  if (may(core, viewer, repository, 'write', 'contents')) return undefined;
  if (lentBranches(core, viewer, repository).size > 0) return undefined;
  const login = accountOf(core, viewer)?.login ?? 'nobody';
  return `Permission to ${fullName(core, repository)}.git denied to ${login}.`;
}

interface Asked {
  readonly core: Sandbox['core'];
  readonly repository: Repository;
  readonly viewer: Identity;
}

function refuse(request: IncomingMessage, response: ServerResponse, { status, text }: Refusal): void {
  request.resume();
  replyText(response, status, text, status === 401 ? { 'www-authenticate': 'Basic realm="GitHub"' } : {});
}
