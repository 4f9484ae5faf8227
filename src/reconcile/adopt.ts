import { digestOf } from '../contracts/digest.ts';
import type { EntryDraft, Mode, Person } from '../contracts/entry.ts';
import {
  adoptGto,
  appendEntry,
  isOurStageTag,
  readGtoHistory,
  readVersionTag,
  type AdoptedModel,
  type Log,
  type LogTrust,
} from '../registry/index.ts';
import type { LogStore, TagHistory } from '../registry/ports.ts';
import type { ReadConfig, ReconcileMemory } from './memory.ts';
import type { Line } from './types.ts';

export interface AdoptPorts {
  /** Id of the repository. */
  readonly repository: number;
  readonly tags: TagHistory;
  readonly store: LogStore;
  readonly trust: LogTrust;
  readonly mode: Mode;
  readonly self: Person;
  readonly sleep: (ms: number) => Promise<void>;
  readonly log?: (line: Line) => void;
}

/**
 * Takes over a history of GTO tags (`registry: {adopt: gto}`): a genesis entry for each version and for what each stage
 * holds. Each has a key of its own, so that a history is taken over once, however often this is begun; it is looked for
 * once a process.
 */
export async function adoptHistory(
  ports: AdoptPorts,
  memory: ReconcileMemory,
  log: Log,
  config: ReadConfig,
): Promise<Log> {
  if (config.adopt === null || memory.adopted === true) return log;
  const tags = await ports.tags.read('');
  if (tags === null) return log;
  const models = Object.fromEntries(
    Object.entries(config.promotion).map(([model, stages]) => [model, Object.keys(stages)]),
  );
  // Our own tags are nobody's history; a version whose registration is under way has its tag before its entry.
  const foreign = tags.filter(
    ({ name, message = '' }) => readVersionTag(name, message) === null && !isOurStageTag(message),
  );
  const { models: adopted, problems } = adoptGto(readGtoHistory(foreign), { models, stages: config.adopt });
  for (const { message, hint } of problems) ports.log?.({ level: 'warn', message, facts: { hint } });
  let now = log;
  for (const draft of adopted.flatMap((model) => drafts(ports, config, model))) {
    const done = await appendEntry(ports.store, draft, {
      trust: ports.trust,
      followed: now,
      sleep: ports.sleep,
      recheck: () => Promise.resolve(null),
    });
    if (done.status === 'refused') {
      const { model, version, stage } = draft;
      ports.log?.({ level: 'warn', message: done.refusal.message, facts: { model, version, stage } });
    }
    now = done.log;
  }
  memory.adopted = true;
  return now;
}

function drafts(ports: AdoptPorts, config: ReadConfig, adopted: AdoptedModel): readonly EntryDraft[] {
  const { model, versions, stages } = adopted;
  const { repository, self, mode } = ports;
  const base = { op: 'genesis' as const, model, actor: self, approvals: [], mode, config: config.commit };
  const commits = new Map(versions.map(({ version, commit }) => [version, commit]));
  return [
    ...versions.map(({ version, commit }) => ({
      ...base,
      version,
      commit,
      request: digestOf([repository, 'genesis', model, version]),
    })),
    ...stages.flatMap(({ stage, version }) => {
      const commit = commits.get(version);
      const request = digestOf([repository, 'genesis', model, 'stage', stage]);
      return commit === undefined ? [] : [{ ...base, stage, version, commit, request }];
    }),
  ];
}
