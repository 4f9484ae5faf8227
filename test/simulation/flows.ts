import type { Model, Stage } from './config.ts';
import { merge } from './branches.ts';
import { comment, label } from './people.ts';
import { setRole } from './rights.ts';
import type { Play, Site } from './play.ts';
import type { Who } from './world.ts';

const MINUTE = 60_000;

/** A story without faults that ends in a known way: what the call-site matrix breaks at every call. */
export interface Flow {
  readonly name: string;
  /** What people do, and when (minutes from the beginning). */
  readonly acts: readonly (readonly [minute: number, act: (site: Site) => void])[];
  /** How long it takes, in minutes. */
  readonly minutes: number;
  /** What the log says in the end: `op model version stage` of everything after the beginning, in any order. */
  readonly entries: readonly string[];
}

function asks(
  who: Who,
  kind: 'promote' | 'approve' | 'rollback',
  model: Model,
  version: string | null,
  stage: Stage,
) {
  return (site: Site) => {
    const pull = site.facts.pulls.find((one) => one.model === model && one.version === version);
    const text =
      kind === 'rollback' ? `/rollback ${model} ${stage}` : `/${kind} ${model}@${version ?? ''} ${stage}`;
    comment(site, who, pull?.number ?? site.facts.issue, text, { kind, model, version, stage });
  };
}

function labels(who: Who, version: string, name: string) {
  return (site: Site) => {
    label(site, who, site.facts.pulls.find((one) => one.version === version)!.number, name);
  };
}

function freezes(who: Who, kind: 'freeze' | 'unfreeze', model: Model, stage: Stage) {
  return (site: Site) => {
    const text =
      kind === 'freeze' ? `/freeze ${model} ${stage} "an incident"` : `/unfreeze ${model} ${stage}`;
    comment(site, who, site.facts.issue, text, { kind, model, version: null, stage });
  };
}

function merges(site: Site): void {
  merge(
    site,
    'maintainer',
    site.facts.pulls.find(({ model, merged }) => model === 'churn' && merged === null)!,
  );
}

/** All runs of one version end like this. */
function deploymentsEnd(version: string, ending: 'failure' | 'timed_out') {
  return (site: Site) => {
    site.cluster.fates.set(version, ending);
  };
}

export const FLOWS: readonly Flow[] = [
  {
    name: 'promotion with approvals',
    acts: [
      [1, asks('writer', 'promote', 'fraud', 'v1.0.0', 'staging')],
      [2, asks('writer-2', 'approve', 'fraud', 'v1.0.0', 'production')],
      [20, labels('maintainer', 'v1.0.0', 'approve:staging')],
      [21, asks('maintainer', 'promote', 'fraud', 'v1.0.0', 'production')],
      [40, asks('team-member', 'approve', 'fraud', 'v1.0.0', 'production')],
    ],
    minutes: 60,
    entries: [
      'promote fraud v1.0.0 staging',
      'verified fraud v1.0.0 staging',
      'promote fraud v1.0.0 production',
      'verified fraud v1.0.0 production',
    ],
  },
  {
    name: 'deployment, failed deployment and its rollback',
    acts: [
      [1, labels('writer', 'v1.0.0', 'promote:staging')],
      [0, deploymentsEnd('v1.1.0', 'failure')],
      [41, asks('owner', 'promote', 'churn', 'v1.1.0', 'staging')],
    ],
    minutes: 90,
    entries: [
      'promote churn v1.0.0 staging',
      'verified churn v1.0.0 staging',
      'promote churn v1.1.0 staging',
      'failed churn v1.1.0 staging',
      'rollback churn v1.0.0 staging',
      'verified churn v1.0.0 staging',
    ],
  },
  {
    name: 'rollback on request while a deployment runs',
    acts: [
      [1, asks('writer', 'promote', 'churn', 'v1.0.0', 'staging')],
      [0, deploymentsEnd('v1.1.0', 'timed_out')],
      [40, asks('writer', 'promote', 'churn', 'v1.1.0', 'staging')],
      // Late enough for a process that died with the promotion to have recorded it.
      [60, asks('writer-2', 'rollback', 'churn', null, 'staging')],
    ],
    minutes: 110,
    entries: [
      'promote churn v1.0.0 staging',
      'verified churn v1.0.0 staging',
      'promote churn v1.1.0 staging',
      'rollback churn v1.0.0 staging',
      'verified churn v1.0.0 staging',
    ],
  },
  {
    name: 'rollback that fails itself',
    acts: [
      [1, merges],
      [2, asks('writer', 'promote', 'churn', 'v1.0.0', 'staging')],
      [40, asks('writer', 'promote', 'churn', 'v1.1.0', 'staging')],
      [80, deploymentsEnd('v1.1.0', 'failure')],
      [80, deploymentsEnd('v1.2.0', 'failure')],
      [81, asks('writer', 'promote', 'churn', 'v1.2.0', 'staging')],
    ],
    minutes: 130,
    entries: [
      'register churn v1.2.0',
      'promote churn v1.0.0 staging',
      'verified churn v1.0.0 staging',
      'promote churn v1.1.0 staging',
      'verified churn v1.1.0 staging',
      'promote churn v1.2.0 staging',
      'failed churn v1.2.0 staging',
      'rollback churn v1.1.0 staging',
      'failed churn v1.1.0 staging',
    ],
  },
  {
    name: 'freeze and its end',
    acts: [
      [1, freezes('owner', 'freeze', 'fraud', 'staging')],
      [20, asks('writer', 'promote', 'fraud', 'v1.0.0', 'staging')],
      [40, freezes('maintainer', 'unfreeze', 'fraud', 'staging')],
    ],
    minutes: 70,
    entries: [
      'freeze fraud staging',
      'unfreeze fraud staging',
      'promote fraud v1.0.0 staging',
      'verified fraud v1.0.0 staging',
    ],
  },
  {
    name: 'registration of a merged pull request',
    acts: [[1, merges]],
    minutes: 60,
    entries: ['register churn v1.2.0'],
  },
  {
    name: 'requests that must not be granted',
    acts: [
      [1, asks('reader', 'promote', 'fraud', 'v1.0.0', 'staging')],
      [2, labels('triager', 'v1.0.0', 'promote:staging')],
      [
        10,
        (site) => {
          setRole(site, 'writer', 'read');
        },
      ],
      [11, asks('writer', 'promote', 'churn', 'v1.0.0', 'staging')],
    ],
    minutes: 30,
    entries: [],
  },
];

/** Puts a flow on stage and lets it end. */
export async function perform(play: Play, flow: Flow, resting: () => void = () => undefined): Promise<void> {
  const [site] = play.sites;
  const start = play.scheduler.now();
  for (const [minute, act] of flow.acts)
    play.scheduler.after(minute * MINUTE, () => {
      act(site!);
    });
  play.replicas[0]!.start();
  await play.run(start + flow.minutes * MINUTE);
  resting();
  await play.rest();
}

/** What differs between what a flow came to and what it should have. */
export function flowProblems(play: Play, flow: Flow, before: number): string[] {
  const entries = play.sites[0]!.watch.ledger.entries.slice(before);
  const found = entries.map(({ op, model, version, stage }) =>
    [op, model, version, stage].filter((part) => part !== undefined).join(' '),
  );
  const missing = lacking(flow.entries, found).map((one) => `not recorded: ${one}`);
  const more = lacking(found, flow.entries).map((one) => `recorded beyond that: ${one}`);
  return [...missing, ...more];
}

/** Members of `all` beyond those in `some`, each as often as it is more. */
function lacking(all: readonly string[], some: readonly string[]): string[] {
  const left = [...some];
  return all.filter((one) => {
    const at = left.indexOf(one);
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
}
