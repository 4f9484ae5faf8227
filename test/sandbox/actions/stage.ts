import { createSandbox } from '../../../sandbox/index.ts';
import { encodeCommit, readCommit } from '../../../sandbox/git/commit-object.ts';
import { editTree } from '../../../sandbox/git/tree.ts';
import { personAt } from '../../../sandbox/git/person.ts';
import { now, type Core } from '../../../sandbox/kernel/core.ts';
import { manualClock, seededRandomness } from '../../../sandbox/kernel/environment.ts';
import { emit, type EventInput } from '../../../sandbox/kernel/events.ts';
import type { Identity } from '../../../sandbox/kernel/identity.ts';
import type { Limits } from '../../../sandbox/kernel/limits.ts';
import { addAccount, addCollaborator, addRepository } from '../../../sandbox/seed.ts';
import type { Conclusion, RunnerEvent } from '../../../sandbox/actions/leg.ts';
import { runnerEvent } from '../../../sandbox/actions/jobs/report.ts';
import { NO_NEIGHBOURS, useActionsPorts, type ActionsPorts } from '../../../sandbox/actions/ports.ts';
import { startWorkflows } from '../../../sandbox/actions/runs/listen.ts';
import type { Account } from '../../../sandbox/state/accounts.ts';
import type { WorkflowJobRow } from '../../../sandbox/state/action-jobs.ts';
import type { WorkflowRun } from '../../../sandbox/state/actions.ts';
import { refKey, type Repository } from '../../../sandbox/state/repositories.ts';

type Files = Readonly<Record<string, string | null>>;

/** A sandbox with one repository `owner/repo`, and short ways to push to it and to play its runners. */
export interface Stage {
  readonly core: Core;
  readonly clock: ReturnType<typeof manualClock>;
  readonly owner: Account;
  readonly writer: Account;
  repository(): Repository;
  /** Commits files onto a ref without telling anybody. */
  commit(files: Files, ref?: string, message?: string): string;
  /** Commits and tells of the push; gives the runs it started. */
  push(files: Files, options?: { ref?: string; message?: string; by?: Identity }): WorkflowRun[];
  /** Tells of something else. */
  tell(event: Partial<EventInput> & Pick<EventInput, 'name'>): WorkflowRun[];
  run(id: number): WorkflowRun;
  runs(): WorkflowRun[];
  /** Jobs of the run's newest attempt: name → `status` or, once it ended, the conclusion. */
  jobs(run?: WorkflowRun): Record<string, string>;
  job(name: string, run?: WorkflowRun): WorkflowJobRow;
  report(name: string, event: RunnerEvent, run?: WorkflowRun): void;
  start(name: string, run?: WorkflowRun): void;
  /** Starts the job if nobody has, and ends it. */
  finish(name: string, conclusion?: Conclusion, outputs?: Record<string, string>, run?: WorkflowRun): void;
}

const RUNNER = { id: 1, name: 'hosted', labels: ['ubuntu-latest'], selfHosted: false };

/** One job with one step: enough for tests that are about something else. */
export const JOB = 'runs-on: ubuntu-latest\n    steps: [{ run: make }]';

/** A workflow file: `on`, then jobs by id, each the text below its id. */
export function workflow(on: string, jobs: Readonly<Record<string, string>>, more = ''): string {
  const bodies = Object.entries(jobs).map(([id, body]) => `  ${id}:\n    ${body}\n`);
  return `name: CI\non: ${on}\n${more}\njobs:\n${bodies.join('')}`;
}

/** Sets the stage. */
export function newStage(options: { limits?: Partial<Limits>; ports?: Partial<ActionsPorts> } = {}): Stage {
  const clock = manualClock();
  const { core } = createSandbox({
    clock,
    random: seededRandomness(1),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  });
  useActionsPorts(core, { ...NO_NEIGHBOURS, ...options.ports });
  if (!core.listeners.includes(startWorkflows)) core.listeners.push(startWorkflows);
  const { owner, writer, id } = core.store.transaction(() => {
    const owner = addAccount(core, 'owner');
    const writer = addAccount(core, 'writer');
    const { id } = addRepository(core, owner.id, 'repo');
    addCollaborator(core, id, writer.id, 'write');
    return { owner, writer, id };
  });
  return new Playing(core, clock, owner, writer, id);
}

class Playing implements Stage {
  readonly core: Core;
  readonly clock: Stage['clock'];
  readonly owner: Account;
  readonly writer: Account;
  readonly #repositoryId: number;
  #latest: number | undefined;

  constructor(core: Core, clock: Stage['clock'], owner: Account, writer: Account, repositoryId: number) {
    this.core = core;
    this.clock = clock;
    this.owner = owner;
    this.writer = writer;
    this.#repositoryId = repositoryId;
  }

  repository(): Repository {
    return this.core.tables.repositories.require(this.#repositoryId);
  }

  commit(files: Files, ref = 'refs/heads/main', message = 'change'): string {
    const { core } = this;
    return core.store.transaction(() => {
      const objects = core.objects(this.repository());
      const key = refKey(this.#repositoryId, ref);
      const parent =
        core.tables.refs.get(key)?.oid ??
        core.tables.refs.get(refKey(this.#repositoryId, 'refs/heads/main'))?.oid;
      const edits = new Map(
        Object.entries(files).map(([path, text]) => [
          path,
          text === null ? null : { mode: '100644' as const, id: objects.write('blob', Buffer.from(text)) },
        ]),
      );
      const person = personAt('Writer', 'writer@example.com', now(core));
      const oid = objects.write(
        'commit',
        encodeCommit({
          tree: editTree(objects, parent === undefined ? undefined : readCommit(objects, parent).tree, edits),
          parents: parent === undefined ? [] : [parent],
          author: person,
          committer: person,
          message,
        }),
      );
      core.tables.refs.put({ key, repositoryId: this.#repositoryId, name: ref, oid });
      return oid;
    });
  }

  push(
    files: Files,
    { ref = 'refs/heads/main', message, by }: { ref?: string; message?: string; by?: Identity } = {},
  ) {
    const before = this.core.tables.refs.get(refKey(this.#repositoryId, ref))?.oid;
    const sha = this.commit(files, ref, message);
    return this.tell({
      name: 'push',
      facts: { ref, sha, ...(before === undefined ? {} : { before }) },
      payload: () => ({ ref, after: sha }),
      ...(by === undefined ? {} : { by }),
    });
  }

  tell(event: Partial<EventInput> & Pick<EventInput, 'name'>): WorkflowRun[] {
    const { core } = this;
    const known = new Set(this.runs().map(({ id }) => id));
    core.store.transaction(() => {
      emit(core, {
        sender: this.writer,
        by: { kind: 'user', userId: this.writer.id, tokenId: 0 },
        repositoryId: this.#repositoryId,
        payload: () => ({}),
        ...event,
      });
    });
    const started = this.runs().filter(({ id }) => !known.has(id));
    this.#latest = started.at(-1)?.id ?? this.#latest;
    return started;
  }

  run(id: number): WorkflowRun {
    return this.core.tables.workflowRuns.require(id);
  }

  runs(): WorkflowRun[] {
    return this.core.tables.workflowRuns.where('repository', this.#repositoryId);
  }

  #of(run?: WorkflowRun): WorkflowRun {
    return this.run(run?.id ?? this.#latest ?? 0);
  }

  #rows(run?: WorkflowRun): WorkflowJobRow[] {
    const { id, attempt } = this.#of(run);
    return this.core.tables.workflowJobs.where('attempt', `${id}/${attempt}`);
  }

  jobs(run?: WorkflowRun): Record<string, string> {
    return Object.fromEntries(this.#rows(run).map((job) => [job.name, job.conclusion ?? job.status]));
  }

  job(name: string, run?: WorkflowRun): WorkflowJobRow {
    const found = this.#rows(run).find((job) => job.name === name);
    if (found === undefined)
      throw new Error(`no job ${name} among ${Object.keys(this.jobs(run)).join(', ')}`);
    return found;
  }

  report(name: string, event: RunnerEvent, run?: WorkflowRun): void {
    runnerEvent(this.core, this.job(name, run).id, event);
  }

  start(name: string, run?: WorkflowRun): void {
    this.report(name, { kind: 'started', runner: RUNNER }, run);
  }

  finish(
    name: string,
    conclusion: Conclusion = 'success',
    outputs: Record<string, string> = {},
    run?: WorkflowRun,
  ): void {
    if (this.job(name, run).status === 'queued') this.start(name, run);
    this.report(name, { kind: 'finished', conclusion, outputs }, run);
  }
}
