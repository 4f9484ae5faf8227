/** One line of the engine's JSON log (act 0.2): https://github.com/nektos/act, pkg/runner/logger.go */
export interface EngineLine {
  readonly level: string;
  readonly msg: string;
  readonly stage?: 'Pre' | 'Main' | 'Post';
  /** Interpolated name, `uses` or script. */
  readonly step?: string;
  /** Ids from the job's step inwards. */
  readonly stepID?: readonly string[];
  readonly stepResult?: 'success' | 'failure' | 'skipped';
  readonly jobResult?: string;
  readonly raw_output?: boolean;
  readonly command?: string;
  readonly raw?: string;
  readonly name?: string;
  readonly arg?: string;
  readonly content?: string;
}

/** Reads a line; undefined for what is no JSON object. */
export function parseEngineLine(line: string): EngineLine | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as EngineLine;
  } catch {
    return undefined;
  }
}

const EVALUATED = /^expression '(.*)' evaluated to '(.*)'$/s;

/** What an expression yielded, where the line tells it: `expression 'E' evaluated to '%!t(string=V)'`. */
export function evaluation(
  line: EngineLine,
): { readonly expression: string; readonly value: string } | undefined {
  if (line.level !== 'debug' || !line.msg.startsWith("expression '")) return undefined;
  const at = line.msg.lastIndexOf(`' evaluated to '%!t(string=`);
  if (at < 0 || !EVALUATED.test(line.msg)) return undefined;
  const expression = line.msg.slice("expression '".length, at);
  const value = line.msg.slice(at + `' evaluated to '%!t(string=`.length).replace(/\)'$/s, '');
  return { expression, value };
}

/** The process ended with this code, where the line tells it. */
export function exitCode(line: EngineLine): number | undefined {
  const [, code] = /^exit status (\d+)$/.exec(line.msg) ?? [];
  return code === undefined ? undefined : Number(code);
}
