import { Port } from '../../sandbox/port.ts';
import type { Model, Stage } from './config.ts';
import { merge } from './branches.ts';
import { comment, label } from './people.ts';
import { setRole } from './rights.ts';
import type { Play, Site } from './play.ts';
import { draftFor } from './forger.ts';
import { OWNER, type Who } from './world.ts';

const MINUTE = 60_000;

/** A story without faults that ends in a known way: what the call-site matrix breaks at every call. */
export interface Flow {
  readonly name: string;
  /** What people do, and when (minutes from the beginning). */
  readonly acts: readonly (readonly [minute: number, act: (site: Site, play: Play) => void])[];
  /** How long it takes, in minutes. */
  readonly minutes: number;
  /** What the log says in the end: `op model version stage` of everything after the beginning, in any order. */
  readonly entries: readonly string[];
  /** Calls that are broken; all where it is left out. */
  readonly operations?: readonly string[];
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
  merge(site, 'maintainer', next(site, 'churn'));
}

/** What is merged next, by model. */
function next(site: Site, model: Model) {
  return site.facts.pulls.find((pull) => pull.model === model && pull.merged === null)!;
}

/** Half of the uploads break off before their bytes have come. */
function breaksOff(site: Site): void {
  site.publisher.habits.cut = 0.5;
}

function forgesDraft(site: Site): void {
  draftFor(site, 'writer', next(site, 'churn'));
}

/** As soon as the last file is up, and before it is looked at, a writer puts another one of the same size in its place. */
function replacesFile(site: Site, play: Play): void {
  const file = 'model.safetensors.part-0001';
  let done = false;
  play.watchers.push(({ operation, parameters, failed }) => {
    if (done || failed !== null || operation !== 'repos/upload-release-asset') return;
    if (parameters['name'] !== 'manifest.json') return;
    done = true;
    const port = site.world.port('writer', site.repository);
    const id = parameters['release_id'] as number;
    const asset = port.assets(id).find(({ name }) => name === file);
    if (asset === undefined) return;
    port.deleteAsset(asset.id);
    port.uploadAsset(id, file, Buffer.alloc(asset.size, 'x'));
  });
}

/** Another replica of a newer Slipway has written an entry of a form that nobody knows yet. */
function newerWrites(site: Site): void {
  const port = new Port(site.world.sandbox.core, {
    token: site.world.appToken(site.repository),
    owner: OWNER,
    repo: site.repository,
    validation: 'nothing',
  });
  const head = port.ref('heads/slipway/log')!.object.sha;
  const { tree } = port.commit(head);
  const entry = { schema: 'slipway.entry/2', n: site.watch.ledger.entries.length + 1, op: 'canary' };
  const message = `canary\n\n${JSON.stringify(entry)}\n`;
  port.updateRef('heads/slipway/log', port.createCommit({ message, tree: tree.sha, parents: [head] }));
  site.watch.tampered();
}

function judges(site: Site): void {
  site.facts.judged = true;
}

function accepts(who: Who, model: Model, version: string) {
  return (site: Site) => {
    const pull = site.facts.pulls.find((one) => one.model === model && one.version === version)!;
    const wish = { kind: 'accept', model, version: null, stage: null } as const;
    comment(site, who, pull.number, `/accept ${model} "looked at by hand"`, wish);
  };
}

/** All runs of one version end like this. */
function deploymentsEnd(version: string, ending: 'failure' | 'timed_out') {
  return (site: Site) => {
    site.cluster.fates.set(version, ending);
  };
}

const UPLOADING = [
  'repos/create-release',
  'repos/delete-release-asset',
  'repos/update-release',
  'repos/upload-release-asset',
];

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
    name: 'registration whose uploads break off',
    acts: [
      [0, breaksOff],
      [1, merges],
    ],
    minutes: 60,
    entries: ['register churn v1.2.0'],
    operations: UPLOADING,
  },
  {
    name: 'registration beside a forged draft',
    acts: [
      [0, forgesDraft],
      [1, merges],
    ],
    minutes: 60,
    entries: ['register churn v1.2.0'],
    operations: UPLOADING,
  },
  {
    name: 'registration whose files are replaced meanwhile',
    acts: [
      [0, replacesFile],
      [1, merges],
    ],
    minutes: 60,
    entries: ['register churn v1.2.0'],
    operations: UPLOADING,
  },
  {
    name: 'an inconclusive version that is accepted, and checks',
    acts: [
      [0, judges],
      [1, accepts('writer-2', 'churn', 'v1.1.1')],
      [2, accepts('reader', 'churn', 'v1.1.1')],
      [3, asks('writer', 'promote', 'churn', 'v1.1.1', 'staging')],
      [20, accepts('team-member', 'churn', 'v1.1.1')],
    ],
    minutes: 60,
    entries: ['accept churn', 'promote churn v1.1.1 staging', 'verified churn v1.1.1 staging'],
  },
  {
    name: 'a log that a newer version has written to',
    acts: [
      [0, newerWrites],
      [1, asks('writer', 'promote', 'fraud', 'v1.0.0', 'staging')],
    ],
    minutes: 30,
    entries: [],
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
      act(site!, play);
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
