/**
 * Workflow commands in a step's output: `::error file=a,line=1::text`, and the older `##[error]text`.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
import type { Annotation } from '../leg.ts';

export interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

const KNOWN = new Set([
  'add-mask',
  'add-matcher',
  'add-path',
  'debug',
  'echo',
  'endgroup',
  'error',
  'group',
  'notice',
  'remove-matcher',
  'save-state',
  'set-env',
  'set-output',
  'stop-commands',
  'warning',
]);

/** Reads a line as a command; undefined where it is just a line. */
export function parseCommand(line: string): Command | undefined {
  const text = line.replace(/[\r\n]+$/, '');
  const [, v2, v2Data] = /^\s*::((?:(?!::).)*)::(.*)$/s.exec(text) ?? [];
  if (v2 !== undefined) return command(v2, ',', v2Data!, unescape);
  const [, v1, v1Data] = /##\[([^\]]*)\](.*)$/s.exec(text) ?? [];
  return v1 === undefined ? undefined : command(v1, ';', v1Data!, unescape);
}

function command(
  info: string,
  separator: string,
  data: string,
  read: (text: string) => string,
): Command | undefined {
  const space = info.indexOf(' ');
  const name = space < 0 ? info : info.slice(0, space);
  if (!KNOWN.has(name)) return undefined;
  const properties: Record<string, string> = {};
  for (const pair of space < 0
    ? []
    : info
        .slice(space + 1)
        .trim()
        .split(separator)) {
    const at = pair.indexOf('=');
    if (at > 0 && at < pair.length - 1) properties[pair.slice(0, at)] = read(pair.slice(at + 1));
  }
  return { name, properties, data: read(data) };
}

const ESCAPES: readonly (readonly [string, string])[] = [
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%3A', ':'],
  ['%2C', ','],
  ['%25', '%'],
];

function unescape(text: string): string {
  return ESCAPES.reduce((done, [escaped, sign]) => done.replaceAll(escaped, sign), text);
}

const LEVELS = { notice: 'notice', warning: 'warning', error: 'failure' } as const;

/**
 * The annotation of a `notice`, `warning` or `error`, undefined for other commands. Paths become relative to the
 * workspace; lines and columns that contradict each other are dropped, as the runner does.
 */
export function annotationOf(command: Command, workspace: string): Annotation | undefined {
  const level = LEVELS[command.name as keyof typeof LEVELS] as Annotation['level'] | undefined;
  if (level === undefined) return undefined;
  const { file, title, ...rest } = command.properties;
  let [line, endLine, column, endColumn] = [
    rest['line'],
    rest['endLine'],
    rest['col'],
    rest['endColumn'],
  ].map(number);
  line ??= endLine;
  column ??= endColumn;
  if (line === undefined || (endLine !== undefined && endLine !== line)) column = endColumn = undefined;
  if (endLine !== undefined && endLine < line!) line = endLine = undefined;
  if (endColumn !== undefined && endColumn < column!) column = endColumn = undefined;
  return {
    level,
    message: command.data,
    ...defined({ title, line, endLine, column, endColumn }),
    ...(file === undefined ? {} : { file: relative(file, workspace) }),
  };
}

function number(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function relative(file: string, workspace: string): string {
  return file.startsWith(`${workspace}/`) ? file.slice(workspace.length + 1) : file;
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}
