import picomatch from 'picomatch';

import { LOG_BRANCH, type Mode } from '../contracts/entry.ts';
import type { Connection } from '../platform/github/connection.ts';
import { missing, ok, unknown, type Finding } from './doctor-finding.ts';

interface BranchRule {
  readonly type: string;
  readonly ruleset_id?: number;
  readonly parameters?: {
    readonly required_status_checks?: readonly {
      readonly context: string;
      readonly integration_id?: number;
    }[];
  };
}

interface Ruleset {
  readonly id: number;
  readonly target?: string;
  readonly enforcement: string;
  /** Only shown to who may change it. */
  readonly bypass_actors?: readonly { readonly actor_type: string; readonly actor_id: number | null }[];
  readonly conditions?: {
    readonly ref_name?: { readonly include?: readonly string[]; readonly exclude?: readonly string[] };
  };
  readonly rules?: readonly { readonly type: string }[];
}

export interface RulesFacts {
  /** Who can write the log by the rules of its branch; null where the rules do not show who may pass them by. */
  readonly mode: Mode | null;
  readonly log: Finding;
  readonly tags: Finding;
  readonly check: Finding;
}

export interface RulesQuestion {
  readonly at: Connection;
  readonly defaultBranch: string;
  /** Id of our App where it is known. */
  readonly app: number | null;
  /** The log holds the App's entries: what it did not sign since is not acted upon, whatever the rules let through. */
  readonly signed: boolean;
  /** The config asks for approvals. */
  readonly approvals: boolean;
  /** A model and a stage of the config, for the names of tags. */
  readonly sample: { readonly model: string; readonly stage: string };
}

/** Rules of the log's branch, of version and stage tags, and of the default branch. https://docs.github.com/rest/repos/rules */
export async function lookAtRules(question: RulesQuestion): Promise<RulesFacts> {
  const { at, defaultBranch } = question;
  const route = 'GET /repos/{owner}/{repo}/rules/branches/{branch}';
  const ofLog = await at.list<BranchRule>(route, { branch: LOG_BRANCH }, keyOf);
  const ofDefault = await at.list<BranchRule>(route, { branch: defaultBranch }, keyOf);
  const mode = await modeBy(at, ofLog);
  return {
    mode,
    log: logFinding(question, mode, new Set(ofLog.map(({ type }) => type))),
    tags: await tagFinding(question),
    check: checkFinding(question, ofDefault),
  };
}

function keyOf({ type, ruleset_id: id }: BranchRule): string {
  return `${type} ${id ?? 0}`;
}

async function rulesetOf(at: Connection, id: number): Promise<Ruleset | null> {
  return await at.get<Ruleset>('GET /repos/{owner}/{repo}/rulesets/{ruleset_id}', { ruleset_id: id });
}

/** Whoever may pass by the rule against updates can write the log. */
async function modeBy(at: Connection, rules: readonly BranchRule[]): Promise<Mode | null> {
  const restricting = rules.filter(({ type }) => type === 'update');
  if (restricting.length === 0) return 'open';
  const modes = await Promise.all(
    restricting.map(async ({ ruleset_id: id }): Promise<Mode | null> => {
      const actors = id === undefined ? undefined : (await rulesetOf(at, id))?.bypass_actors;
      if (actors === undefined) return null;
      const kinds = new Set(actors.map(({ actor_type: kind }) => kind));
      if ([...kinds].some((kind) => kind !== 'Integration' && kind !== 'DeployKey')) return 'open';
      return kinds.has('DeployKey') ? 'deploy-key' : 'app';
    }),
  );
  // One rule that holds is enough.
  return (['app', 'deploy-key', null, 'open'] as const).find((mode) => modes.includes(mode)) ?? null;
}

function logFinding(
  { at, app, approvals, signed }: RulesQuestion,
  mode: Mode | null,
  types: ReadonlySet<string>,
): Finding {
  const check = 'rules of the log';
  const lacks = ['update', 'deletion', 'non_fast_forward'].filter((type) => !types.has(type));
  if (mode === 'open' || lacks.includes('update')) {
    return missing(check, {
      ...openLack(approvals, signed),
      repair: ruleCommand(at, {
        name: 'slipway: only the App writes',
        target: 'branch',
        include: ['refs/heads/slipway/**'],
        rules: ['creation', 'update'],
        app,
      }),
    });
  }
  if (lacks.length > 0) {
    return missing(check, {
      found: `${LOG_BRANCH} has no rule against ${lacks.join(' and ')}`,
      costs: 'history can be taken back; readers then refuse the log until it is repaired by hand',
      repair: ruleCommand(at, {
        name: 'slipway: nobody rewrites',
        target: 'branch',
        include: ['refs/heads/slipway/**'],
        rules: ['deletion', 'non_fast_forward'],
      }),
    });
  }
  if (mode === null) {
    const found = 'updates are restricted, but this token may not see to whom';
    return unknown(check, found, 'ask with the token of an administrator');
  }
  return ok(
    check,
    `only ${mode === 'app' ? 'an App' : 'a deploy key'} writes ${LOG_BRANCH}; nobody rewrites it`,
  );
}

/** What it costs that anybody who can write can push to the log's branch. */
function openLack(approvals: boolean, signed: boolean) {
  if (signed) {
    return {
      found: `any writer can push to ${LOG_BRANCH}; what the App did not sign is not acted upon`,
      costs: 'one such push, forced or not, stops every promotion until it is repaired by hand',
    };
  }
  return {
    relied: approvals,
    found: `any writer can write ${LOG_BRANCH}`,
    costs: approvals
      ? 'approvals: whoever can push can record a promotion that nobody approved'
      : 'who promoted what is only as true as every writer is honest',
  };
}

async function tagFinding({ at, app, sample }: RulesQuestion): Promise<Finding> {
  const check = 'rules of version and stage tags';
  const listed = await at.list<Ruleset>(
    'GET /repos/{owner}/{repo}/rulesets',
    { targets: 'tag' },
    ({ id }) => id,
  );
  const names = [`${sample.model}@v1.0.0`, `${sample.model}#${sample.stage}#1`].map(
    (name) => `refs/tags/${name}`,
  );
  const held = new Set<string>();
  for (const { id, target, enforcement } of listed) {
    if (target !== 'tag' || enforcement !== 'active') continue;
    const ruleset = await rulesetOf(at, id);
    for (const name of names) {
      if (!isCovered(ruleset, name)) continue;
      for (const { type } of ruleset?.rules ?? []) held.add(`${name} ${type}`);
    }
  }
  const open = names.filter((name) => !held.has(`${name} update`) || !held.has(`${name} deletion`));
  if (open.length === 0) return ok(check, 'nobody moves or deletes them');
  return missing(check, {
    found: `tags such as ${open.map((name) => name.slice('refs/tags/'.length)).join(' and ')} can be moved or deleted`,
    costs: 'nothing that Slipway decides (the log decides), but git and GTO can show another version',
    repair: ruleCommand(at, {
      name: 'slipway: tags stay',
      target: 'tag',
      include: ['refs/tags/**@*', 'refs/tags/**#*'],
      rules: ['update', 'deletion'],
      app,
    }),
  });
}

/** GitHub's patterns are those of fnmatch with FNM_PATHNAME: `*` stops at a slash. */
function isCovered(ruleset: Ruleset | null, name: string): boolean {
  const { include = [], exclude = [] } = ruleset?.conditions?.ref_name ?? {};
  const fits = (pattern: string) => pattern === '~ALL' || picomatch.isMatch(name, pattern, { dot: true });
  return include.some(fits) && !exclude.some(fits);
}

function checkFinding({ app, defaultBranch }: RulesQuestion, rules: readonly BranchRule[]): Finding {
  const check = 'required check slipway/gate';
  const found = rules
    .flatMap(({ parameters }) => parameters?.required_status_checks ?? [])
    .find(({ context }) => context === 'slipway/gate');
  const repair = `require the check slipway/gate of ${defaultBranch} with the App as its only source (Settings → Rules)`;
  if (found === undefined) {
    return missing(check, {
      found: `${defaultBranch} can be merged to without it`,
      costs: 'a model that failed its gates can be merged; it is registered with its failed verdict',
      repair,
    });
  }
  if (found.integration_id === undefined || (app !== null && found.integration_id !== app)) {
    return missing(check, {
      found: 'it is required from any source',
      costs: 'any writer can set a status of this name and merge',
      repair,
    });
  }
  return ok(check, `required for ${defaultBranch}, from App ${found.integration_id} only`);
}

interface NewRuleset {
  readonly name: string;
  readonly target: 'branch' | 'tag';
  readonly include: readonly string[];
  readonly rules: readonly string[];
  /** May pass by it; undefined: nobody may; null: ours, whose id is not known. */
  readonly app?: number | null;
}

function ruleCommand({ owner, repo }: Connection, { name, target, include, rules, app }: NewRuleset): string {
  const body = {
    name,
    target,
    enforcement: 'active',
    conditions: { ref_name: { include, exclude: [] } },
    rules: rules.map((type) => ({ type })),
    ...(app === undefined
      ? {}
      : { bypass_actors: [{ actor_id: app ?? 'APP_ID', actor_type: 'Integration', bypass_mode: 'always' }] }),
  };
  return `echo '${JSON.stringify(body)}' | gh api -X POST repos/${owner}/${repo}/rulesets --input -`;
}
