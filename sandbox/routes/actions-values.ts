import { openSealedBox } from '../actions/sealed-box.ts';
import { secretsKey } from '../actions/secrets-key.ts';
import { findEnvironment } from '../deployments/environments.ts';
import type { Context, Handler, Reply, Routes } from '../kernel/context.ts';
import { ApiError, notFound, unprocessable } from '../kernel/errors.ts';
import { type ActionsValue, valueKey } from '../state/actions.ts';

type TableName = 'actionsSecrets' | 'actionsVariables';

/** Whose values a path is about, and how many of a kind it may have. */
interface Owner {
  readonly key: string;
  readonly most: { readonly actionsSecrets: number; readonly actionsVariables: number };
}

/** https://docs.github.com/actions/reference/security/secrets#limits-for-secrets, https://docs.github.com/actions/reference/workflows-and-actions/variables#limits-for-configuration-variables */
const LARGEST = 48 * 1024;

const ofRepository = (c: Context): Owner => ({
  key: `repository/${c.repo.id}`,
  most: { actionsSecrets: 100, actionsVariables: 500 },
});

function ofEnvironment(c: Context): Owner {
  const environment = c.found(findEnvironment(c.core, c.repo.id, c.text('environment_name')));
  return { key: `environment/${environment.id}`, most: { actionsSecrets: 100, actionsVariables: 100 } };
}

function ofOrganization(c: Context): Owner {
  const account = c.found(c.tables.accounts.find('login', c.text('org').toLowerCase()));
  if (account.type !== 'Organization') throw notFound();
  return { key: `organization/${account.id}`, most: { actionsSecrets: 1000, actionsVariables: 1000 } };
}

/** Values of the organisation that the repository sees. */
const ofOwner = (c: Context): Owner => ({ ...ofRepository(c), key: `organization/${c.repo.ownerId}` });

type OwnerOf = (c: Context) => Owner;
type Visible = Readonly<Record<string, string>>;

const secretView = (row: ActionsValue) => ({
  name: row.name,
  created_at: row.createdAt,
  updated_at: row.updatedAt,
});
const variableView = (row: ActionsValue) => ({ ...secretView(row), value: row.value });

function list(table: TableName, ownerOf: OwnerOf, more: Visible = {}): Handler {
  return (c) => {
    const rows = c.tables[table].where('owner', ownerOf(c).key).sort((a, b) => (a.name < b.name ? -1 : 1));
    const secrets = table === 'actionsSecrets';
    return c.page(
      rows,
      (row) => ({ ...(secrets ? secretView(row) : variableView(row)), ...more }),
      (items, total_count) => ({ total_count, [secrets ? 'secrets' : 'variables']: items }),
    );
  };
}

/** The value that the path names. @throws ApiError 404 */
function ofPath(c: Context, table: TableName, owner: Owner): ActionsValue {
  const name = c.text(table === 'actionsSecrets' ? 'secret_name' : 'name');
  return c.found(c.tables[table].get(valueKey(owner.key, name)));
}

function get(table: TableName, ownerOf: OwnerOf, more: Visible = {}): Handler {
  return (c) => {
    const row = ofPath(c, table, ownerOf(c));
    return c.ok({ ...(table === 'actionsSecrets' ? secretView(row) : variableView(row)), ...more });
  };
}

function remove(table: TableName, ownerOf: OwnerOf): Handler {
  return (c) => {
    c.tables[table].remove(ofPath(c, table, ownerOf(c)).key);
    return c.noContent();
  };
}

/** https://docs.github.com/actions/reference/security/secrets#naming-your-secrets */
function checkName(name: string, kind: 'Secret' | 'Variable'): void {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    throw unprocessable(
      `${kind} names can only contain alphanumeric characters ([a-z], [A-Z], [0-9]) or underscores (_). Spaces are not allowed. Must start with a letter ([a-z], [A-Z]) or underscores (_).`,
    );
  }
  if (/^GITHUB_/i.test(name)) throw unprocessable(`${kind} names must not start with GITHUB_.`);
}

/** Keeps a value. @throws ApiError 422 for a name or size that is not allowed, or one too many */
function keep(c: Context, table: TableName, owner: Owner, name: string, value: string): void {
  const kind = table === 'actionsSecrets' ? 'Secret' : 'Variable';
  checkName(name, kind);
  if (Buffer.byteLength(value) > LARGEST) throw unprocessable(`${kind} values may not be larger than 48 KB.`);
  const key = valueKey(owner.key, name);
  const before = c.tables[table].get(key);
  if (before === undefined && c.tables[table].count('owner', owner.key) >= owner.most[table]) {
    throw unprocessable(`${kind} limit of ${owner.most[table]} reached.`);
  }
  const row = { key, owner: owner.key, name: name.toUpperCase(), value, updatedAt: c.now };
  c.tables[table].put({ ...row, createdAt: before?.createdAt ?? c.now });
}

/** Opens what the client sealed with our key. @throws ApiError 422 where it was not */
function putSecret(ownerOf: OwnerOf): Handler {
  return (c) => {
    const owner = ownerOf(c);
    const { encrypted_value: sealed, key_id: keyId } = c.input<{
      encrypted_value?: string;
      key_id?: string;
    }>();
    checkVisibility(c);
    const { id, secret } = secretsKey(c.core);
    if (keyId !== id || sealed === undefined)
      throw unprocessable('Validation Failed: key_id is not the current key');
    const opened = openSealedBox(Buffer.from(sealed, 'base64'), secret);
    if (opened === undefined)
      throw unprocessable('Validation Failed: encrypted_value is not a sealed box of the public key');
    const name = c.text('secret_name');
    const fresh = c.tables.actionsSecrets.get(valueKey(owner.key, name)) === undefined;
    keep(c, 'actionsSecrets', owner, name, opened.toString('utf8'));
    return fresh ? { status: 201, body: {} } : c.noContent();
  };
}

function createVariable(ownerOf: OwnerOf): Handler {
  return (c) => {
    const owner = ownerOf(c);
    const { name, value } = c.input<{ name: string; value: string }>();
    checkVisibility(c);
    if (c.tables.actionsVariables.get(valueKey(owner.key, name)) !== undefined) {
      throw new ApiError(409, 'Already exists - Variable already exists');
    }
    keep(c, 'actionsVariables', owner, name, value);
    return { status: 201, body: {} };
  };
}

function updateVariable(ownerOf: OwnerOf): Handler {
  return (c): Reply => {
    const owner = ownerOf(c);
    const row = ofPath(c, 'actionsVariables', owner);
    const { name = row.name, value = row.value } = c.input<{ name?: string; value?: string }>();
    checkVisibility(c);
    const key = valueKey(owner.key, name);
    if (key !== row.key) {
      if (c.tables.actionsVariables.get(key) !== undefined)
        throw new ApiError(409, 'Already exists - Variable already exists');
      c.tables.actionsVariables.remove(row.key);
    }
    keep(c, 'actionsVariables', owner, name, value);
    return c.noContent();
  };
}

/** Values of an organisation reach all its repositories here. @throws ApiError 501 for less */
function checkVisibility(c: Context): void {
  const { visibility = 'all' } = c.input<{ visibility?: string }>();
  if (visibility !== 'all') {
    throw new ApiError(501, `The sandbox does not support visibility ${visibility} of ${c.operation.id}`);
  }
}

/** The key to seal secrets with. */
function publicKey(c: Context): Reply {
  const { id, key } = secretsKey(c.core);
  return c.ok({ key_id: id, key });
}

const ALL = { visibility: 'all' };

/** Secrets: https://docs.github.com/rest/actions/secrets, variables: https://docs.github.com/rest/actions/variables */
export const actionsValueRoutes: Routes = {
  'actions/list-repo-secrets': list('actionsSecrets', ofRepository),
  'actions/list-repo-organization-secrets': list('actionsSecrets', ofOwner),
  'actions/get-repo-public-key': publicKey,
  'actions/get-repo-secret': get('actionsSecrets', ofRepository),
  'actions/create-or-update-repo-secret': putSecret(ofRepository),
  'actions/delete-repo-secret': remove('actionsSecrets', ofRepository),
  'actions/list-environment-secrets': list('actionsSecrets', ofEnvironment),
  'actions/get-environment-public-key': publicKey,
  'actions/get-environment-secret': get('actionsSecrets', ofEnvironment),
  'actions/create-or-update-environment-secret': putSecret(ofEnvironment),
  'actions/delete-environment-secret': remove('actionsSecrets', ofEnvironment),
  'actions/list-org-secrets': list('actionsSecrets', ofOrganization, ALL),
  'actions/get-org-public-key': publicKey,
  'actions/get-org-secret': get('actionsSecrets', ofOrganization, ALL),
  'actions/create-or-update-org-secret': putSecret(ofOrganization),
  'actions/delete-org-secret': remove('actionsSecrets', ofOrganization),
  'actions/list-repo-variables': list('actionsVariables', ofRepository),
  'actions/list-repo-organization-variables': list('actionsVariables', ofOwner),
  'actions/create-repo-variable': createVariable(ofRepository),
  'actions/get-repo-variable': get('actionsVariables', ofRepository),
  'actions/update-repo-variable': updateVariable(ofRepository),
  'actions/delete-repo-variable': remove('actionsVariables', ofRepository),
  'actions/list-environment-variables': list('actionsVariables', ofEnvironment),
  'actions/create-environment-variable': createVariable(ofEnvironment),
  'actions/get-environment-variable': get('actionsVariables', ofEnvironment),
  'actions/update-environment-variable': updateVariable(ofEnvironment),
  'actions/delete-environment-variable': remove('actionsVariables', ofEnvironment),
  'actions/list-org-variables': list('actionsVariables', ofOrganization, ALL),
  'actions/create-org-variable': createVariable(ofOrganization),
  'actions/get-org-variable': get('actionsVariables', ofOrganization, ALL),
  'actions/update-org-variable': updateVariable(ofOrganization),
  'actions/delete-org-variable': remove('actionsVariables', ofOrganization),
};
