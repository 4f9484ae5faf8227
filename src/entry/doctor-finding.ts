/** One guarantee, as the doctor found it. */
export interface Finding {
  /** Short name of what was looked at. */
  readonly check: string;
  readonly status: 'ok' | 'missing' | 'unknown';
  /** The config relies on it: missing is a failure, not an advice. */
  readonly relied: boolean;
  /** What was found, in one sentence. */
  readonly found: string;
  /** What its absence costs; null where nothing is missing. */
  readonly costs: string | null;
  /** The exact repair; null where nothing is missing. */
  readonly repair: string | null;
}

/** It is there. */
export function ok(check: string, found: string): Finding {
  return { check, status: 'ok', relied: false, found, costs: null, repair: null };
}

type Lack = Pick<Finding, 'found' | 'costs' | 'repair'> & { readonly relied?: boolean };

/** It is not there, or not as it must be. */
export function missing(check: string, { relied = false, ...lack }: Lack): Finding {
  return { check, status: 'missing', relied, ...lack };
}

/** It could not be looked at; `repair` says what would make it possible. */
export function unknown(check: string, found: string, repair: string): Finding {
  return { check, status: 'unknown', relied: false, found, costs: null, repair };
}
