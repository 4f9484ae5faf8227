import { canSee } from '../access/index.ts';
import { readCommit } from '../git/commit-object.ts';
import { log } from '../git/history.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { ApiError, forbidden, notFound } from '../kernel/errors.ts';
import { codeownersFile, parseCodeowners } from '../pulls/codeowners.ts';
import { addRepository } from '../repositories/create.ts';
import { beginBranch, copyTree } from '../repositories/first-commit.ts';
import { languagesOf } from '../repositories/languages.ts';
import { transferRepository } from '../repositories/move.ts';
import { nameKey, refuseTaken, usableName } from '../repositories/names.ts';
import { tellRepository } from '../repositories/tell.ts';
import type { Account } from '../state/accounts.ts';
import { refKey, type Repository } from '../state/repositories.ts';
import { accountView } from '../views/accounts.ts';
import { accountByEmail } from '../views/git.ts';
import { fullRepositoryView, minimalRepositoryView } from '../views/repositories.ts';

function tipOf(c: Context, repository: Repository): string | undefined {
  return c.tables.refs.get(refKey(repository.id, `refs/heads/${repository.defaultBranch}`))?.oid;
}

/** People by their commits on the default branch; who has no account is shown with `anon` only. */
function contributors(c: Context): Reply {
  const tip = tipOf(c, c.repo);
  if (tip === undefined) return c.noContent();
  const objects = c.core.objects(c.repo);
  const people = new Map<
    string,
    { account: Account | undefined; name: string; email: string; count: number }
  >();
  for (const oid of log(objects, tip)) {
    const { name, email } = readCommit(objects, oid).author;
    const account = accountByEmail(c, email);
    const key = account === undefined ? email.toLowerCase() : String(account.id);
    const known = people.get(key) ?? { account, name, email, count: 0 };
    people.set(key, { ...known, count: known.count + 1 });
  }
  const rows = [...people.values()]
    .filter((row) => row.account !== undefined || ['1', 'true'].includes(c.ask('anon') ?? ''))
    .sort((a, b) => b.count - a.count);
  return c.page(rows, ({ account, name, email, count }) =>
    account === undefined
      ? { type: 'Anonymous', name, email, contributions: count }
      : { ...accountView(c, account), contributions: count },
  );
}

/** Every mistake of the CODEOWNERS file of a branch. */
function codeownersErrors(c: Context): Reply {
  const ref = c.ask('ref') ?? c.repo.defaultBranch;
  const tip = c.tables.refs.get(refKey(c.repo.id, `refs/heads/${ref}`))?.oid;
  const file = tip === undefined ? undefined : codeownersFile(c.core.objects(c.repo), tip);
  if (file === undefined) throw notFound();
  const { errors } = parseCodeowners(file.text);
  return c.ok({
    errors: errors.map(({ line, column, kind, source, part }) => ({
      line,
      column,
      kind,
      source,
      suggestion: null,
      message: `${kind} on line ${line}: ${part}`,
      path: file.path,
    })),
  });
}

/** Moves the repository of the path to an organisation. */
function transfer(c: Context): Reply {
  const { new_owner, new_name, team_ids } = c.input<{
    new_owner: string;
    new_name?: string;
    team_ids?: readonly number[];
  }>();
  const moved = transferRepository(c, c.repo, { owner: new_owner, name: new_name, teamIds: team_ids ?? [] });
  return c.accepted(minimalRepositoryView(c, moved));
}

/** A new repository that begins with the files of a template, in one commit: https://docs.github.com/rest/repos/repos#create-a-repository-using-a-template */
function fromTemplate(c: Context): Reply {
  const template = templateOf(c);
  const input = c.input<{
    owner?: string;
    name: string;
    description?: string;
    private?: boolean;
    include_all_branches?: boolean;
  }>();
  if (input.include_all_branches === true)
    throw new ApiError(501, 'The sandbox does not support include_all_branches');
  const owner = input.owner === undefined ? c.actor : ownerToBe(c, input.owner);
  const name = usableName(input.name);
  refuseTaken(c.core, owner.id, name);
  const made = addRepository(c.core, owner.id, name, {
    description: input.description ?? null,
    private: input.private ?? false,
    defaultBranch: template.defaultBranch,
  });
  tellRepository(c, made, 'created');
  copyFiles(c, template, made);
  return c.created(fullRepositoryView(c, c.tables.repositories.require(made.id)));
}

function templateOf(c: Context): Repository {
  const account = c.found(c.tables.accounts.find('login', c.text('template_owner').toLowerCase()));
  const found = c.tables.repositories.find('name', nameKey(account.id, c.text('template_repo')));
  const template = c.found(found);
  if (!canSee(c.core, c.viewer, template) || !template.isTemplate) throw notFound();
  return template;
}

function ownerToBe(c: Context, login: string): Account {
  const owner = c.tables.accounts.find('login', login.toLowerCase());
  if (owner?.id === c.actor.id) return owner;
  const membership = owner && c.tables.memberships.get(`${owner.id}/${c.actor.id}`);
  if (owner === undefined || membership === undefined) throw notFound();
  if (membership.role !== 'admin' && owner.membersCreateRepositories !== true)
    throw forbidden("You don't have permission to create repositories on this organization.");
  return owner;
}

/** Objects are another network's: every one of the files is written again. */
function copyFiles(c: Context, template: Repository, made: Repository): void {
  const tip = tipOf(c, template);
  if (tip === undefined) return;
  const from = c.core.objects(template);
  const tree = copyTree(from, c.core.objects(made), readCommit(from, tip).tree);
  beginBranch(c.core, made, { account: c.actor, by: c.viewer }, tree);
}

/** The API about one repository's contents and owners. */
export const repositoryFactRoutes: Routes = {
  'repos/list-languages': (c) => c.ok(languagesOf(c.core, c.repo)),
  'repos/list-contributors': contributors,
  'repos/codeowners-errors': codeownersErrors,
  'repos/get-hash-algorithm': (c) => c.ok({ hash_algorithm: 'sha1' }),
  'repos/transfer': transfer,
  'repos/create-using-template': fromTemplate,
  /** Nobody stars in the sandbox, and everybody who owns watches nobody: the lists are empty. */
  'activity/list-stargazers-for-repo': (c) => c.page([], (row) => row),
  'activity/list-watchers-for-repo': (c) => c.page([], (row) => row),
};
