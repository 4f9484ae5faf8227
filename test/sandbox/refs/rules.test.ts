import { describe, expect, it } from 'vitest';
import { addTeam, addTeamMember } from '../../../sandbox/access/accounts.ts';
import { newId, now } from '../../../sandbox/kernel/core.ts';
import type { RefActor, Via } from '../../../sandbox/refs/update.ts';
import type { BypassActor, Rule } from '../../../sandbox/state/rules.ts';
import { MAIN, push, rewrite, sentences } from './pushes.ts';
import { makeWorld, type World } from './world.ts';

function report(w: World, sha: string, context: string, state: 'success' | 'failure' | 'pending'): void {
  w.core.store.transaction(() =>
    w.core.tables.commitStatuses.put({
      id: newId(w.core),
      repositoryId: w.repository.id,
      sha,
      state,
      context,
      description: null,
      targetUrl: null,
      creatorId: w.people.admin.account.id,
      appId: null,
      createdAt: now(w.core),
      updatedAt: now(w.core),
    }),
  );
}

describe('a ruleset (available rules for rulesets)', () => {
  it('refuses in GitHub’s words, above the ref and in the answer', () => {
    const w = makeWorld();
    w.rule([{ type: 'pull_request', parameters: {} }]);
    const outcome = w.update(w.people.admin, { ref: MAIN, after: w.commit({ b: '' }, [w.tip('main')!]) });
    expect(outcome).toMatchObject({
      ok: false,
      refused: {
        reason: 'push declined due to repository rule violations',
        message: 'Repository rule violations found\n\nChanges must be made through a pull request.\n\n',
        lines: [
          'error: GH013: Repository rule violations found for refs/heads/main.',
          'Review all repository rules at http://github.localhost/acme/model/rules?ref=refs%2Fheads%2Fmain',
          '',
          '- Changes must be made through a pull request.',
          '',
        ],
      },
    });
  });

  it('restricts creations, updates, deletions and force pushes, also of administrators', () => {
    const w = makeWorld();
    const { admin } = w.people;
    const refs = { include: ['refs/heads/release/*', '~DEFAULT_BRANCH'], exclude: [] };
    w.rule([{ type: 'creation' }], { refs });
    const release = 'refs/heads/release/1';
    expect(sentences(w.update(admin, { ref: release, after: w.tip('main')! }))).toBe(
      '- Cannot create ref due to creations being restricted.|',
    );
    expect(push(w)).toBe('ok');
    w.rule([{ type: 'update' }], { refs });
    expect(push(w)).toBe('- Cannot update this protected ref.|');
    expect(push(w, admin, { kind: 'merge', pullId: 1 })).toContain('Cannot update this protected ref.');
    const other = makeWorld();
    other.rule([{ type: 'deletion' }, { type: 'non_fast_forward' }], {
      refs: { include: ['~ALL'], exclude: [] },
    });
    expect(rewrite(other, other.people.admin)).toBe('- Cannot force-push to this branch|');
    other.update(other.people.write, { ref: release, after: other.tip('main')! });
    expect(sentences(other.update(admin, { ref: release, after: null }))).toBe(
      '- Cannot delete this branch|',
    );
  });

  it('of tags lets branches alone, and the other way round', () => {
    const w = makeWorld();
    const after = w.tip('main')!;
    w.rule([{ type: 'creation' }], {
      target: 'tag',
      refs: { include: ['~ALL'], exclude: ['refs/tags/free-*'] },
    });
    expect(sentences(w.update(w.people.write, { ref: 'refs/heads/x', after }))).toBe('ok');
    expect(sentences(w.update(w.people.write, { ref: 'refs/tags/v1', after }))).toContain(
      'Cannot create ref',
    );
    expect(sentences(w.update(w.people.write, { ref: 'refs/tags/free-1', after }))).toBe('ok');
  });

  it('lets a fork be synced where updates are restricted but for that', () => {
    const w = makeWorld();
    w.rule([{ type: 'update', parameters: { update_allows_fetch_and_merge: true } }]);
    expect(push(w)).toContain('Cannot update');
    expect(push(w, w.people.write, { kind: 'fetch-upstream' })).toBe('ok');
  });

  it('wants a linear history: merges among the new commits are listed', () => {
    const w = makeWorld();
    const main = w.tip('main')!;
    const merge = w.commit({}, [main, w.commit({ b: '' }, [main])]);
    w.rule([{ type: 'required_linear_history' }]);
    expect(sentences(w.update(w.people.write, { ref: MAIN, after: merge }))).toBe(
      `- This branch must not contain merge commits.|  Found 1 violation:|  |  ${merge}|`,
    );
    expect(push(w)).toBe('ok');
  });

  it('wants signatures, which no commit here has', () => {
    const w = makeWorld();
    w.rule([{ type: 'required_signatures' }]);
    expect(push(w)).toContain('- Commits must have verified signatures.');
  });

  it('wants checks to have passed for what is pushed, not for what is merged', () => {
    const w = makeWorld();
    const parameters = {
      required_status_checks: [{ context: 'build' }, { context: 'test' }],
      strict_required_status_checks_policy: false,
    };
    w.rule([{ type: 'required_status_checks', parameters }]);
    const after = w.commit({ b: '' }, [w.tip('main')!]);
    const go = (via: Via = { kind: 'push' }): string =>
      sentences(w.update(w.people.write, { ref: MAIN, after }, via));
    expect(go()).toBe('- 2 of 2 required status checks are expected.|');
    report(w, after, 'build', 'success');
    expect(go()).toBe('- Required status check "test" is expected.|');
    report(w, after, 'test', 'failure');
    expect(go()).toBe('- Required status check "test" is failing.|');
    report(w, after, 'build', 'pending');
    expect(go()).toBe('- 2 of 2 required status checks have not succeeded: 1 failing and 1 in progress.|');
    report(w, after, 'build', 'success');
    report(w, after, 'test', 'success');
    expect(go()).toBe('ok');
    expect(push(w, w.people.write, { kind: 'merge', pullId: 1 })).toBe('ok');
  });

  const one = (context: string): Rule => ({
    type: 'required_status_checks',
    parameters: {
      required_status_checks: [{ context }],
      strict_required_status_checks_policy: true,
      do_not_enforce_on_create: true,
    },
  });

  it('names a single missing check, and may let creations be', () => {
    const w = makeWorld();
    w.rule([one('build')], { refs: { include: ['~ALL'], exclude: [] } });
    expect(push(w)).toBe('- Required status check "build" is expected.|');
    expect(sentences(w.update(w.people.write, { ref: 'refs/heads/x', after: w.tip('main')! }))).toBe('ok');
  });

  const pattern = (type: string, operator: string, text: string, negate = false): Rule => ({
    type,
    parameters: { operator, pattern: text, negate },
  });

  it.each([
    [pattern('commit_message_pattern', 'starts_with', 'feat'), 'Commit message must start with "feat".'],
    [
      pattern('commit_message_pattern', 'contains', 'chang', true),
      'Commit message must not contain "chang".',
    ],
    [
      pattern('commit_message_pattern', 'regex', '^ch.*e$'),
      'Commit message must match the regular expression "^ch.*e$".',
    ],
    [
      pattern('commit_author_email_pattern', 'ends_with', '@acme.org'),
      'Commit author email must end with "@acme.org".',
    ],
    [
      pattern('committer_email_pattern', 'ends_with', '@acme.org'),
      'Committer email must end with "@acme.org".',
    ],
    [
      { type: 'file_path_restriction', parameters: { restricted_file_paths: ['**/*.txt'] } },
      'restricted file paths',
    ],
    [
      { type: 'file_extension_restriction', parameters: { restricted_file_extensions: ['*.txt'] } },
      'restricted extensions',
    ],
    [{ type: 'max_file_path_length', parameters: { max_file_path_length: 3 } }, 'longer than 3 characters'],
  ] as const)('judges what is pushed: %j', (rule, words) => {
    const w = makeWorld();
    const target = rule.type.includes('file') ? 'push' : 'branch';
    w.rule([rule], { target });
    expect(push(w)).toContain(words);
  });

  it('judges the size of new files', () => {
    const w = makeWorld();
    w.rule([{ type: 'max_file_size', parameters: { max_file_size: 1 } }], { target: 'push' });
    const big = w.commit({ 'big.bin': Buffer.alloc(2 ** 20 + 1, 'a') }, [w.tip('main')!]);
    expect(sentences(w.update(w.people.admin, { ref: 'refs/heads/x', after: big }))).toContain('big.bin');
  });

  it('judges names of new branches', () => {
    const w = makeWorld();
    w.rule([pattern('branch_name_pattern', 'regex', '^(feat|fix)/')], {
      refs: { include: ['~ALL'], exclude: [] },
    });
    const named = (name: string): string =>
      sentences(w.update(w.people.write, { ref: `refs/heads/${name}`, after: w.tip('main')! }));
    expect(named('topic')).toContain('Branch name must match');
    expect(named('feat/topic')).toBe('ok');
    expect(push(w)).toBe('ok');
  });

  it('that is disabled or only evaluated refuses nothing; evaluation is noted', () => {
    const w = makeWorld();
    w.rule([{ type: 'update' }], { enforcement: 'disabled' });
    w.rule([{ type: 'update' }], { enforcement: 'evaluate' });
    expect(push(w)).toBe('ok');
    const [suite] = w.core.tables.ruleSuites.all();
    expect(suite).toMatchObject({
      result: 'pass',
      evaluations: [{ enforcement: 'evaluate', result: 'fail' }],
    });
  });

  it('of the organisation binds the repositories it names', () => {
    const w = makeWorld();
    const more = { repositoryId: null, organizationId: w.organization.id };
    const names = (include: string[]) => ({ names: { include, exclude: [], protected: false } });
    w.rule([{ type: 'update' }], { ...more, repositories: names(['other-*']) });
    expect(push(w)).toBe('ok');
    w.rule([{ type: 'update' }], { ...more, repositories: names(['~ALL']) });
    expect(push(w)).toContain('Cannot update');
  });

  it('adds to the others: the strictest wins, equal sentences are said once', () => {
    const w = makeWorld();
    w.rule([{ type: 'update' }, { type: 'pull_request', parameters: {} }]);
    w.rule([{ type: 'update' }]);
    expect(push(w)).toBe(
      '- Cannot update this protected ref.||- Changes must be made through a pull request.|',
    );
  });
});

describe('bypassing', () => {
  const pass = (w: World, bypass: BypassActor, actor: RefActor, via?: Via): string => {
    w.rule([{ type: 'update' }], { bypass: [bypass] });
    return push(w, actor, via);
  };
  const app = (w: World, appId: number): RefActor => ({
    account: w.people.write.account,
    by: {
      kind: 'installation',
      appId,
      installationId: 1,
      tokenId: 1,
      permissions: { contents: 'write' },
      repositories: 'all',
    },
  });

  it('shows git which rules were passed over', () => {
    const w = makeWorld();
    expect(pass(w, { type: 'RepositoryRole', id: 5, mode: 'always' }, w.people.admin)).toBe(
      'bypassed: Bypassed rule violations for refs/heads/main:||- Cannot update this protected ref.|',
    );
    expect([...w.core.tables.ruleSuites.all()].at(-1)?.result).toBe('bypass');
  });

  it.each([
    ['admin', 5, true],
    ['maintain', 5, false],
    ['maintain', 2, true],
    ['write', 4, true],
    ['write', 2, false],
    ['orgOwner', 5, true],
  ] as const)('by repository role: %s with role %i: %s', (who, id, passes) => {
    const w = makeWorld();
    expect(
      pass(w, { type: 'RepositoryRole', id, mode: 'always' }, w.people[who]).startsWith('bypassed'),
    ).toBe(passes);
  });

  it('by App, team, organisation owner and user', () => {
    const w = makeWorld();
    expect(pass(w, { type: 'Integration', id: 7, mode: 'always' }, app(w, 7))).toContain('bypassed');
    expect(pass(makeWorld(), { type: 'Integration', id: 7, mode: 'always' }, app(w, 8))).toContain(
      '- Cannot',
    );
    const teams = makeWorld();
    const team = teams.core.store.transaction(() => {
      const made = addTeam(teams.core, teams.organization.id, 'release');
      addTeamMember(teams.core, made.id, teams.people.write.account.id);
      return made;
    });
    expect(pass(teams, { type: 'Team', id: team.id, mode: 'always' }, teams.people.write)).toContain(
      'bypassed',
    );
    expect(push(teams, teams.people.maintain)).toContain('- Cannot');
    const owned = makeWorld();
    expect(
      pass(owned, { type: 'OrganizationAdmin', id: 1, mode: 'always' }, owned.people.orgOwner),
    ).toContain('bypassed');
    expect(push(owned, owned.people.admin)).toContain('- Cannot');
    const user = makeWorld();
    const id = user.people.read.account.id;
    expect(pass(user, { type: 'User', id, mode: 'always' }, user.people.read)).toContain('bypassed');
  });

  it('for pull requests only counts in a merge, and an exempt actor is not told', () => {
    const w = makeWorld();
    const admin: BypassActor = { type: 'RepositoryRole', id: 5, mode: 'pull_request' };
    expect(pass(w, admin, w.people.admin)).toContain('- Cannot');
    expect(push(w, w.people.admin, { kind: 'merge', pullId: 1 })).toContain('bypassed');
    const exempt = makeWorld();
    expect(pass(exempt, { ...admin, mode: 'exempt' }, exempt.people.admin)).toBe('ok');
  });

  it('is never done by the token of a job unless Actions itself may', () => {
    const w = makeWorld();
    const job: RefActor = {
      account: w.people.admin.account,
      by: {
        kind: 'job',
        repositoryId: w.repository.id,
        runId: 1,
        jobId: 1,
        tokenId: 1,
        permissions: { contents: 'write' },
      },
    };
    expect(pass(w, { type: 'RepositoryRole', id: 5, mode: 'always' }, job)).toContain('- Cannot');
    const actions = w.core.tables.apps.find('slug', 'github-actions')!;
    const other = makeWorld();
    expect(pass(other, { type: 'Integration', id: actions.id, mode: 'always' }, job)).toContain('bypassed');
  });
});
