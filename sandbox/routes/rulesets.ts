import { actorOf } from '../issues/actor.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { notFound } from '../kernel/errors.ts';
import { refMatches } from '../refs/patterns.ts';
import { rulesetsOfRef, rulesetsOfRepository } from '../refs/rules/rulesets.ts';
import {
  createRuleset,
  removeRuleset,
  type RulesetInput,
  type RulesetPlace,
  rulesetsAt,
  updateRuleset,
} from '../refs/rules/write.ts';
import type { Account } from '../state/accounts.ts';
import type { Ruleset, RuleSuite } from '../state/rules.ts';
import {
  branchRuleView,
  repositoryRulesetView,
  rulesetView,
  ruleSuiteDetailView,
  ruleSuiteView,
  shortRulesetView,
} from '../views/rulesets.ts';

const organizationOf = (c: Context): Account =>
  c.found(c.tables.accounts.find('login', c.text('org').toLowerCase()));

/** Rulesets whose targets the query asks for. */
function byTarget(c: Context, rulesets: readonly Ruleset[]): Ruleset[] {
  const targets = c.ask('targets')?.split(',');
  return rulesets.filter(({ target }) => targets?.includes(target) ?? true);
}

function ownRuleset(c: Context, place: RulesetPlace): Ruleset {
  return c.found(rulesetsAt(c.core, place).find(({ id }) => id === c.number('ruleset_id')));
}

function viewed(c: Context, place: RulesetPlace, ruleset: Ruleset): unknown {
  if ('organization' in place) return rulesetView(c, ruleset, true);
  return repositoryRulesetView(c, ruleset, place.repository, c.me === null ? null : actorOf(c));
}

function tell(c: Context, place: RulesetPlace, action: string, ruleset: Ruleset, more: object = {}): void {
  c.emit({
    name: 'repository_ruleset',
    action,
    ...('organization' in place ? { organizationId: place.organization.id } : { repositoryId: c.repo.id }),
    payload: (view) => ({ repository_ruleset: rulesetView(view, ruleset, true), ...more }),
  });
}

function create(c: Context, place: RulesetPlace): Reply {
  const made = createRuleset(c.core, place, c.actor.id, c.input<RulesetInput>());
  tell(c, place, 'created', made);
  return c.created(viewed(c, place, made), undefined);
}

/** What `changes` of the event says. */
function changesOf(before: Ruleset, after: Ruleset): object {
  const types = (ruleset: Ruleset): string[] => ruleset.rules.map(({ type }) => type);
  return {
    ...(before.name === after.name ? {} : { name: { from: before.name } }),
    ...(before.enforcement === after.enforcement ? {} : { enforcement: { from: before.enforcement } }),
    rules: {
      added: after.rules.filter(({ type }) => !types(before).includes(type)),
      deleted: before.rules.filter(({ type }) => !types(after).includes(type)),
      updated: [],
    },
  };
}

function update(c: Context, place: RulesetPlace): Reply {
  const before = ownRuleset(c, place);
  const after = updateRuleset(c.core, place, c.actor.id, before, c.input<RulesetInput>());
  tell(c, place, 'edited', after, { changes: changesOf(before, after) });
  return c.ok(viewed(c, place, after));
}

function remove(c: Context, place: RulesetPlace): Reply {
  const ruleset = ownRuleset(c, place);
  removeRuleset(c.core, ruleset);
  tell(c, place, 'deleted', ruleset);
  return c.noContent();
}

const inRepository = (c: Context): RulesetPlace => ({ repository: c.repo });
const inOrganization = (c: Context): RulesetPlace => ({ organization: organizationOf(c) });

/** All rules in force for a branch of that name, whether it exists or not. */
function branchRules(c: Context): Reply {
  const ref = `refs/heads/${c.text('branch')}`;
  const rows = rulesetsOfRef(c.core, c.repo, ref)
    .filter(({ enforcement, target }) => enforcement === 'active' && target === 'branch')
    .flatMap((ruleset) => ruleset.rules.map((rule) => ({ ruleset, rule })));
  return c.page(rows, ({ ruleset, rule }) => branchRuleView(c, ruleset, rule));
}

function getRuleset(c: Context): Reply {
  const parents = c.ask('includes_parents') !== 'false';
  const all = rulesetsOfRepository(c.core, c.repo, parents);
  const found = c.found(all.find(({ id }) => id === c.number('ruleset_id')));
  return c.ok(viewed(c, inRepository(c), found));
}

const PERIODS: Readonly<Record<string, number>> = { hour: 1, day: 24, week: 168, month: 720 };

function isWanted(c: Context, suite: RuleSuite): boolean {
  const [ref, actor, result] = [c.ask('ref'), c.ask('actor_name'), c.ask('rule_suite_result')];
  const hours = PERIODS[c.ask('time_period') ?? 'day'] ?? 24;
  if (Date.parse(suite.at) < Date.parse(c.now) - hours * 3_600_000) return false;
  const full = ref === undefined || ref.startsWith('refs/') ? ref : `refs/heads/${ref}`;
  // A wildcard may stand at the end of the ref.
  if (full !== undefined && !refMatches('branch', { include: [full], exclude: [] }, suite.ref, ''))
    if (full !== suite.ref) return false;
  if (actor !== undefined && c.tables.accounts.get(suite.actorId)?.login !== actor) return false;
  return result === undefined || result === 'all' || result === suite.result;
}

function listSuites(c: Context): Reply {
  const rows = c.tables.ruleSuites.where('repository', c.repo.id).filter((suite) => isWanted(c, suite));
  return c.page(rows.reverse(), (suite) => ruleSuiteView(c, suite));
}

function getSuite(c: Context): Reply {
  const suite = c.tables.ruleSuites.get(c.number('rule_suite_id'));
  if (suite?.repositoryId !== c.repo.id) throw notFound();
  return c.ok(ruleSuiteDetailView(c, suite));
}

function versionView(version: { id: number; actorId: number; at: string }) {
  return { version_id: version.id, actor: { id: version.actorId, type: 'User' }, updated_at: version.at };
}

function history(c: Context): Reply {
  const ruleset = ownRuleset(c, inRepository(c));
  const rows = c.tables.rulesetVersions.where('ruleset', ruleset.id).reverse();
  return c.page(rows, (version) => versionView(version));
}

function version(c: Context): Reply {
  const ruleset = ownRuleset(c, inRepository(c));
  const found = c.tables.rulesetVersions.get(c.number('version_id'));
  if (found?.rulesetId !== ruleset.id) throw notFound();
  return c.ok({ ...versionView(found), state: rulesetView(c, found.ruleset, true) });
}

/** Rulesets of repositories and organisations: https://docs.github.com/rest/repos/rules, https://docs.github.com/rest/orgs/rules */
export const rulesetRoutes: Routes = {
  'repos/get-branch-rules': branchRules,
  'repos/get-repo-rulesets': (c) => {
    const all = rulesetsOfRepository(c.core, c.repo, c.ask('includes_parents') !== 'false');
    return c.page(byTarget(c, all), (ruleset) => shortRulesetView(c, ruleset));
  },
  'repos/create-repo-ruleset': (c) => create(c, inRepository(c)),
  'repos/get-repo-ruleset': getRuleset,
  'repos/update-repo-ruleset': (c) => update(c, inRepository(c)),
  'repos/delete-repo-ruleset': (c) => remove(c, inRepository(c)),
  'repos/get-repo-ruleset-history': history,
  'repos/get-repo-ruleset-version': version,
  'repos/get-repo-rule-suites': listSuites,
  'repos/get-repo-rule-suite': getSuite,
  'repos/get-org-rulesets': (c) =>
    c.page(byTarget(c, rulesetsAt(c.core, inOrganization(c))), (ruleset) => shortRulesetView(c, ruleset)),
  'repos/create-org-ruleset': (c) => create(c, inOrganization(c)),
  'repos/get-org-ruleset': (c) => c.ok(rulesetView(c, ownRuleset(c, inOrganization(c)), true)),
  'repos/update-org-ruleset': (c) => update(c, inOrganization(c)),
  'repos/delete-org-ruleset': (c) => remove(c, inOrganization(c)),
};
