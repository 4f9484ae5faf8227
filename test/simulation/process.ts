import { CrashFault, Faults, type CallFault } from '../../sandbox/faults/index.ts';
import { unclear, type Api } from '../../src/platform/github/api.ts';
import { callApi, operationOfRoute } from './api.ts';
import type { Scheduler } from './scheduler.ts';
import { OWNER, type RepositoryName, type World } from './world.ts';

/** One call that a process made, as far as the watchers want to know. */
export interface Call {
  readonly process: Process;
  readonly repository: RepositoryName;
  readonly operation: string;
  readonly writes: boolean;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The error's name, null for a success. */
  readonly failed: string | null;
  readonly at: number;
}

export interface Machine {
  readonly world: World;
  readonly scheduler: Scheduler;
  /** Nothing gets through before this time. */
  readonly outage: number;
  /** Told of each call after it. */
  called(call: Call): void;
  /** A call met a fault. */
  fault(process: Process, fault: CallFault, operation: string): void;
  /** A process ended in the middle of a call. */
  crashed(process: Process, operation: string, applied: boolean): void;
}

/** What a stale answer may be behind. */
const STALE_MS = 10_000;
const OLD: ReadonlySet<CallFault> = new Set<CallFault>(['stale', 'hole', 'shift']);

/** Faults that tell which of them the last call met, and keep no log. */
export class ToldFaults extends Faults {
  last: CallFault | null = null;

  override note(...[, drawn]: Parameters<Faults['note']>): void {
    this.last = drawn.fault;
  }
}

/** A running program. When it dies, nothing that it awaited ever comes: its memory is gone with it. */
export class Process {
  readonly name: string;
  /** Rises with each death: what was asked for in an earlier life is answered to nobody. */
  life = 0;
  alive = false;
  calls = 0;
  /** Calls of the hour that is now, over all lives. */
  hourly = 0;
  hour = 0;
  /** When the work that it does now began. */
  passAt = 0;
  /** Answers of this work may be as old as this. */
  oldest = Number.POSITIVE_INFINITY;
  /** When it last read where the log's branch is, by repository. */
  readonly lookedAt = new Map<RepositoryName, number>();

  constructor(name: string) {
    this.name = name;
  }

  begin(at: number): void {
    this.passAt = at;
    this.oldest = Number.POSITIVE_INFINITY;
  }

  die(): void {
    this.alive = false;
    this.life++;
  }

  /** Code that goes on only while this life lasts. */
  inThisLife<Arguments extends unknown[]>(
    run: (...values: Arguments) => void,
  ): (...values: Arguments) => void {
    const { life } = this;
    return (...values) => {
      if (this.life === life) run(...values);
    };
  }
}

/** The API of a process for one repository: every call is a step of the scheduler, with faults. */
export function apiOf(machine: Machine, process: Process, repository: RepositoryName): Api {
  const { world, scheduler } = machine;
  return (route, parameters = {}) =>
    new Promise((resolve, reject) => {
      const { id, writes } = operationOfRoute(route);
      const step = process.inThisLife(() => {
        process.calls++;
        const at = world.clock.now();
        const done = (failed: string | null) => {
          machine.called({
            process,
            repository,
            operation: id,
            writes,
            parameters,
            failed,
            at,
          });
        };
        try {
          if (at < machine.outage) throw unclear(route, 'no route to GitHub');
          const values = { owner: OWNER, repo: repository, ...parameters };
          const answer = callApi(world.sandbox.core, world.faults, world.appToken(repository), route, values);
          note(machine, process, id);
          done(null);
          resolve(answer);
        } catch (error) {
          if (at >= machine.outage) note(machine, process, id);
          done(error instanceof Error ? error.name : 'error');
          if (error instanceof CrashFault) machine.crashed(process, error.operation, error.applied);
          else reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
      scheduler.ready(step);
    });
}

function note(machine: Machine, process: Process, operation: string): void {
  const { last } = machine.world.faults;
  if (last === null) return;
  if (OLD.has(last)) process.oldest = Math.min(process.oldest, machine.world.clock.now() - STALE_MS);
  machine.fault(process, last, operation);
}
