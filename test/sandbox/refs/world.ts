/** A small GitHub with one repository, people of every role, and commits made by hand. */
import { createSandbox } from '../../../sandbox/index.ts';
import { addAccount, addMember } from '../../../sandbox/access/accounts.ts';
import { encodeCommit } from '../../../sandbox/git/commit-object.ts';
import { EMPTY_TREE } from '../../../sandbox/git/objects.ts';
import { node } from '../../../sandbox/git/graph.ts';
import type { Core } from '../../../sandbox/kernel/core.ts';
import { newId, now } from '../../../sandbox/kernel/core.ts';
import { manualClock, seededRandomness } from '../../../sandbox/kernel/environment.ts';
import type { EmittedEvent } from '../../../sandbox/kernel/events.ts';
import { addCollaborator, addRepository } from '../../../sandbox/repositories/create.ts';
import type { RefActor, RefOutcome, RefUpdate, Via } from '../../../sandbox/refs/update.ts';
import { updateRefs } from '../../../sandbox/refs/update.ts';
import type { Account } from '../../../sandbox/state/accounts.ts';
import { refKey, type Repository } from '../../../sandbox/state/repositories.ts';
import type { Protection, Rule, Ruleset } from '../../../sandbox/state/rules.ts';
import { type Files, filesTree } from '../git/repository.ts';

export interface World {
  readonly core: Core;
  readonly repository: Repository;
  readonly organization: Account;
  readonly people: Readonly<Record<'admin' | 'maintain' | 'write' | 'read' | 'orgOwner', RefActor>>;
  readonly events: EmittedEvent[];
  commit(files: Files, parents?: readonly string[], message?: string): string;
  tip(branch: string): string | undefined;
  update(actor: RefActor, update: RefUpdate, via?: Via): RefOutcome;
  rule(rules: readonly Rule[], more?: Partial<Ruleset>): Ruleset;
  protect(branch: string, more?: Partial<Protection>): Protection;
}

/** A person with a classic token of all scopes. */
export function person(account: Account): RefActor {
  return { account, by: { kind: 'user', userId: account.id, tokenId: 0, scopes: ['repo', 'workflow'] } };
}

const OFF: Omit<Protection, 'id' | 'key' | 'repositoryId' | 'branch' | 'createdAt' | 'updatedAt'> = {
  checks: null,
  reviews: null,
  restrictions: null,
  enforceAdmins: false,
  linearHistory: false,
  forcePushes: false,
  deletions: false,
  blockCreations: false,
  conversations: false,
  signatures: false,
  lock: false,
  forkSyncing: false,
};

function makePeople(core: Core, organization: Account, repository: Repository): World['people'] {
  const person_ = (login: string, role?: 'admin' | 'maintain' | 'write' | 'read'): RefActor => {
    const account = addAccount(core, login);
    if (role !== undefined) addCollaborator(core, repository.id, account.id, role);
    return person(account);
  };
  const orgOwner = person_('owner');
  addMember(core, organization.id, orgOwner.account.id, 'admin');
  return {
    admin: person_('admin', 'admin'),
    maintain: person_('maintainer', 'maintain'),
    write: person_('writer', 'write'),
    read: person_('reader', 'read'),
    orgOwner,
  };
}

/** Makes the world; `main` holds one commit. */
export function makeWorld(): World {
  const { core } = createSandbox({
    clock: manualClock(),
    random: seededRandomness(1),
    validation: 'everything',
  });
  return core.store.transaction(() => {
    const organization = addAccount(core, 'acme', 'Organization');
    const repository = addRepository(core, organization.id, 'model');
    const events: EmittedEvent[] = [];
    core.listeners.push((_core, event) => {
      // Payloads show the state of their moment: a listener renders them at once.
      event.body();
      events.push(event);
    });
    const store = core.objects(repository);
    let time = 1_767_225_600;
    const commit: World['commit'] = (files, parents = [], message = 'change\n') => {
      const base = parents[0] === undefined ? EMPTY_TREE : node(store, parents[0]).tree;
      const writer = { name: 'writer', email: 'writer@example.com', time: time++, zone: '+0000' };
      const tree = filesTree(store, files, base);
      return store.write(
        'commit',
        encodeCommit({ tree, parents, author: writer, committer: writer, message }),
      );
    };
    const world: World = {
      core,
      repository,
      organization,
      people: makePeople(core, organization, repository),
      events,
      commit,
      tip: (branch) => core.tables.refs.get(refKey(repository.id, `refs/heads/${branch}`))?.oid,
      update: (actor, update, via = { kind: 'push' }) =>
        updateRefs(core, core.tables.repositories.require(repository.id), actor, [update], via)[0]!,
      rule: (rules, more = {}) =>
        core.store.transaction(() =>
          core.tables.rulesets.put({
            id: newId(core),
            repositoryId: repository.id,
            organizationId: null,
            name: 'rules',
            target: 'branch',
            enforcement: 'active',
            bypass: [],
            refs: { include: ['~DEFAULT_BRANCH'], exclude: [] },
            repositories: null,
            rules,
            createdAt: now(core),
            updatedAt: now(core),
            ...more,
          }),
        ),
      protect: (branch, more = {}) =>
        core.store.transaction(() =>
          core.tables.protections.put({
            ...OFF,
            id: newId(core),
            key: `${repository.id}:${branch}`,
            repositoryId: repository.id,
            branch,
            createdAt: now(core),
            updatedAt: now(core),
            ...more,
          }),
        ),
    };
    const first = commit({ 'a.txt': 'one\n' });
    world.update(world.people.admin, { ref: 'refs/heads/main', after: first });
    events.length = 0;
    return world;
  });
}
