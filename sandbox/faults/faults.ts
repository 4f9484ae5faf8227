import picomatch from 'picomatch';

import type { Core } from '../kernel/core.ts';
import type { Fate } from '../webhooks/index.ts';
import { parseFaults, type CallFault, type FaultConfig, type FaultConfigInput } from './config.ts';
import { Draw } from './draw.ts';
import { History } from './history.ts';
import { CallLog, type LoggedCall } from './log.ts';

/** A call on its way through the faults. */
export interface Call {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly writes: boolean;
  /** Whose limits count. */
  readonly caller: string;
}

/** What was drawn for a call; `call` counts the calls of its operation. */
export interface Drawn {
  readonly call: number;
  readonly fault: CallFault | null;
  /** End of a limit that holds. */
  readonly until?: number;
}

const READ_FAULTS: ReadonlySet<CallFault> = new Set(['stale', 'hole', 'shift', 'expire-artifact']);
/** Streams of the seed. */
const CALLS = 1;
const DELIVERIES = 2;
const RUNNERS = 3;
const UPLOADS = 4;

/**
 * The faults of one sandbox: what happens to which call, delivery, runner and upload follows from the seed, the
 * configuration and the order of what is asked. Off until something is configured; can be changed while it runs.
 */
export class Faults {
  readonly core: Core;
  readonly log = new CallLog();
  #config: FaultConfig = parseFaults({});
  #draws = drawsOf(1);
  #calls = new Map<string, number>();
  #limits = new Map<string, { readonly kind: 'primary-limit' | 'secondary-limit'; readonly until: number }>();
  #routes: readonly RouteRates[] = [];
  #history: History | undefined;
  #active = false;

  constructor(core: Core) {
    this.core = core;
  }

  get config(): FaultConfig {
    return this.#config;
  }

  /** Draw for the particulars of a call's fault. */
  get draw(): Draw {
    return this.#draws.calls;
  }

  /** The past that stale reads look at. */
  get history(): History {
    return (this.#history ??= new History(this.core, this.#config.staleTransactions));
  }

  /** Sets what happens from now on: the draws begin anew, calls are counted anew. @throws z.ZodError */
  configure(input: FaultConfigInput): FaultConfig {
    const config = parseFaults(input);
    this.#config = config;
    this.#draws = drawsOf(config.seed);
    this.#calls = new Map();
    this.#limits = new Map();
    this.#routes = config.routes.map(({ operations, only, calls }) => ({
      fits: picomatch(operations),
      only,
      rates: ratesOf(calls),
    }));
    this.#routes = [{ fits: () => true, only: undefined, rates: ratesOf(config.calls) }, ...this.#routes];
    this.#active = config.plan.length > 0 || this.#routes.some(({ rates }) => rates.length > 0);
    this.#history?.stop();
    this.#history = undefined;
    const stale =
      config.plan.some(({ fault }) => fault === 'stale') ||
      this.#routes.some(({ rates }) => rates.some(([fault]) => fault === 'stale'));
    if (stale) this.#history = new History(this.core, config.staleTransactions);
    return config;
  }

  /** Nothing happens any more; the log stays. */
  off(): void {
    this.configure({});
  }

  /** Says what happens to a call. */
  next(call: Call): Drawn {
    const count = (this.#calls.get(call.operation) ?? 0) + 1;
    this.#calls.set(call.operation, count);
    if (!this.#active) return { call: count, fault: null };
    const planned = this.#config.plan.find((one) => one.operation === call.operation && one.call === count);
    const drawn = this.#drawn(call);
    const held = this.#limits.get(call.caller);
    if (held !== undefined && held.until > this.core.clock.now() && planned === undefined) {
      if (held.kind === 'primary-limit' || call.writes)
        return { call: count, fault: held.kind, until: held.until };
    }
    const fault = planned?.fault ?? drawn;
    if (fault !== 'primary-limit' && fault !== 'secondary-limit') return { call: count, fault };
    const until = this.core.clock.now() + this.#config.limitMs;
    this.#limits.set(call.caller, { kind: fault, until });
    return { call: count, fault, until };
  }

  /** One number decides for every call, whether a fault fits it or not: the schedule does not depend on answers. */
  #drawn(call: Call): CallFault | null {
    const rates = this.#routes.findLast(
      ({ fits, only }) => (only === undefined || (only === 'writes') === call.writes) && fits(call.operation),
    )?.rates;
    let left = this.#draws.calls.next();
    for (const [fault, rate] of rates ?? []) {
      left -= rate;
      if (left < 0) return READ_FAULTS.has(fault) && call.writes ? null : fault;
    }
    return null;
  }

  /** Keeps a call in the log. */
  note(call: Call, drawn: Drawn, status: number | null): void {
    const { operation, method, path, writes } = call;
    const entry: Omit<LoggedCall, 'n'> = {
      call: drawn.call,
      at: this.core.clock.now(),
      operation,
      method,
      path,
      writes,
      status,
      fault: drawn.fault,
    };
    this.log.add(entry);
  }

  /** What becomes of a delivery: for the dispatcher and for `inMemoryDispatch`. */
  readonly fates = (): Fate => {
    const { lost, doubled, late, reordered, lateMs, reorderMs } = this.#config.deliveries;
    const draw = this.#draws.deliveries;
    const [which, how] = [draw.next(), draw.next()];
    if (which < lost) return { kind: 'lose' };
    if (which < lost + doubled) {
      return {
        kind: 'double',
        guid: how < 0.5 ? 'same' : 'new',
        ms: Math.floor(((how * 2) % 1) * reorderMs),
      };
    }
    if (which < lost + doubled + late) return { kind: 'delay', ms: 1 + Math.floor(how * lateMs) };
    if (which < lost + doubled + late + reordered)
      return { kind: 'delay', ms: 1 + Math.floor(how * reorderMs) };
    return { kind: 'deliver' };
  };

  /** After how many reports the runner of the next leg is lost; undefined where it is not. */
  nextLoss(): number | undefined {
    const draw = this.#draws.runners;
    const [which, how] = [draw.next(), draw.next()];
    return which < this.#config.runnersLost ? Math.floor(how * how * 40) : undefined;
  }

  /** After how many bytes the next upload is cut; undefined where it is not. */
  nextCut(size: number): number | undefined {
    const draw = this.#draws.uploads;
    const [which, how] = [draw.next(), draw.next()];
    return which < this.#config.uploadsCut ? Math.floor(how * size) : undefined;
  }
}

interface RouteRates {
  readonly fits: (operation: string) => boolean;
  readonly only: 'reads' | 'writes' | undefined;
  readonly rates: readonly (readonly [CallFault, number])[];
}

function ratesOf(calls: FaultConfig['calls']): readonly (readonly [CallFault, number])[] {
  return (Object.entries(calls) as [CallFault, number][]).filter(([, rate]) => rate > 0);
}

function drawsOf(seed: number) {
  return {
    calls: new Draw(seed, CALLS),
    deliveries: new Draw(seed, DELIVERIES),
    runners: new Draw(seed, RUNNERS),
    uploads: new Draw(seed, UPLOADS),
  };
}
