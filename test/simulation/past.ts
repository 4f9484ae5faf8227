import { hash } from 'node:crypto';

import type { EntryDraft } from '../../src/contracts/entry.ts';
import type { Api } from '../../src/platform/github/api.ts';
import { newMemory, type ReconcileMemory } from '../../src/reconcile/memory.ts';
import { reconcile } from '../../src/reconcile/index.ts';
import { appendEntry, openLog } from '../../src/registry/index.ts';
import type { Model, Stage } from './config.ts';
import { portsOver } from './replica.ts';
import type { Cast, RepositoryName } from './world.ts';

/**
 * What lies behind a repository when a schedule begins. `new`: versions are registered and no bot has ever looked ·
 * `met`: a bot has been there · `churn staged`, `fraud staged`: it has run in staging for long enough · `running`: churn
 * runs in production, too.
 */
export type Past = 'new' | 'met' | 'churn staged' | 'fraud staged' | 'running';

type Step = readonly [model: Model, version: string, stage: Stage];

const STAGED: readonly Step[] = [
  ['churn', 'v1.0.0', 'staging'],
  ['churn', 'v1.1.0', 'staging'],
];
const STEPS: Readonly<Record<Past, readonly Step[]>> = {
  new: [],
  met: [],
  'churn staged': STAGED,
  'fraud staged': [['fraud', 'v1.0.0', 'staging']],
  running: [...STAGED, ['churn', 'v1.0.0', 'production'], ['churn', 'v1.1.0', 'production']],
};

/** Longer than any soak. */
const WHILE_MS = 15 * 60_000;
const DAY_MS = 24 * 60 * 60_000;

interface Scenery {
  readonly api: Api;
  readonly cast: Cast;
  readonly repository: RepositoryName;
  readonly clock: { now(): number; advance(ms: number): void };
}

/**
 * Lets a past happen: its entries are recorded, and a bot has brought everything that people see up to it. Gives what that
 * bot knows then.
 */
export async function livePast(
  past: Past,
  { api, cast, repository, clock }: Scenery,
): Promise<ReconcileMemory> {
  const sleep = () => Promise.resolve();
  const ports = portsOver(api, { cast, repository, now: () => new Date(clock.now()), sleep });
  const options = { trust: ports.trust, recheck: () => Promise.resolve(null), sleep };
  const { models } = await openLog(ports.log, { trust: ports.trust });
  const bot = { id: cast.ids.bot, login: cast.botLogin };
  for (const [model, version, stage] of STEPS[past]) {
    clock.advance(WHILE_MS);
    const { manifest } = models.get(model)!.versions.find((one) => one.version === version)!;
    const place = { model, stage, version, approvals: [], mode: 'app' as const, config: null };
    const key = (op: string) => hash('sha256', `${op} ${model}@${version} ${stage}`);
    const promote: EntryDraft = {
      ...place,
      op: 'promote',
      ...(manifest === null ? {} : { manifest }),
      request: key('promote'),
      actor: { id: cast.ids.owner, login: 'owner' },
    };
    const { log } = await appendEntry(ports.log, promote, options);
    clock.advance(60_000);
    const of = log.n;
    const verified: EntryDraft = { ...place, op: 'verified', of, request: key('verified'), actor: bot };
    await appendEntry(ports.log, verified, options);
  }
  // What was closed so long ago is looked at only once somebody touches it.
  clock.advance(past === 'met' ? WHILE_MS : 40 * DAY_MS);
  const memory = newMemory();
  await reconcile(ports, memory, { sleep });
  return memory;
}

/** What a bot knows, so that what one learns from then on no other knows. Values of these maps are replaced, not changed. */
export function copyOf(memory: ReconcileMemory): ReconcileMemory {
  return copy(memory, 1);
}

function copy<Part>(part: Part, depth: number): Part {
  if (part instanceof Map) return new Map(part) as Part;
  if (part instanceof Set) return new Set(part) as Part;
  if (depth < 0 || typeof part !== 'object' || part === null) return part;
  const parts = Object.entries(part).map(([name, value]) =>
    SHARED.has(name) ? [name, value as unknown] : [name, copy(value as unknown, depth - 1)],
  );
  return Object.fromEntries(parts) as Part;
}

const SHARED: ReadonlySet<string> = new Set(['log', 'config']);
