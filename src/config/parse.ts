import type { Problem } from '../contracts/errors.ts';
import { InputError } from '../contracts/errors.ts';
import { describeIssues, show, wordIssue } from './describe-issue.ts';
import { locate, mapText } from './excerpt.ts';
import type { TextMap } from './excerpt.ts';
import type { Finding } from './finding.ts';
import { child, isEmpty, keySpanAt, mapOf, mergeLocated, spanAt, toPlain } from './located.ts';
import type { Entry, Located, Path } from './located.ts';
import { LARGEST_TEXT, readYaml } from './read-yaml.ts';
import type { SyntaxProblem } from './read-yaml.ts';
import { pathText } from './path-text.ts';
import { checkReferences } from './references.ts';
import { ConfigSchema } from './schema.ts';
import type { Config } from './schema.ts';

const MOST_PROBLEMS = 100;

/**
 * Reads `slipway.yaml`: text (or the file's bytes) → config with `defaults` merged into each model. `file` is only the
 * name that problems carry. Throws InputError with all problems at once, each with line, column and excerpt.
 */
export function parseConfig(content: string | Uint8Array, file: string): Config {
  const text = decode(content, file);
  const map = mapText(text);
  const { root, problems } = readYaml(text);
  const found = problems.slice(0, MOST_PROBLEMS).map((problem) => syntaxProblem(problem, map, file));
  found.push(...moreThan(problems.length, file));
  if (root === null || isEmpty(root)) throw new InputError(found.length > 0 ? found : emptyFile(file));
  if (root.kind !== 'map') throw new InputError([...found, notAMapping(root, map, file)]);
  const merged = mergeDefaults(root);
  const result = ConfigSchema.safeParse(withoutDefaults(toPlain(merged)), { error: wordIssue });
  const findings = [
    ...(result.success ? [] : describeIssues(result.error.issues, merged)),
    ...checkWhole(root),
    ...checkReferences(merged),
  ];
  const all = [...found, ...settle(findings, root, merged, map, file)];
  if (result.success && all.length === 0) {
    return withoutDefaults(result.data) as Config;
  }
  throw new InputError(all);
}

/**
 * Finds where parts of a config stand, for problems that only show outside of it (a file that does not exist). Never
 * throws: of a text that cannot be read, every part stands at its beginning.
 */
export function locateIn(
  content: string | Uint8Array,
  file: string,
): (path: Path) => Pick<Problem, 'file' | 'line' | 'column' | 'excerpt'> {
  const text = typeof content === 'string' ? content : new TextDecoder().decode(content);
  const map = mapText(text);
  const { root } = readYaml(text);
  const merged = root?.kind === 'map' ? mergeDefaults(root) : null;
  return (path) => ({ file, ...locate(map, merged === null ? { start: 0, end: 1 } : spanAt(merged, path)) });
}

function decode(content: string | Uint8Array, file: string): string {
  const bytes = typeof content === 'string' ? content.length : content.byteLength;
  if (bytes > LARGEST_TEXT) {
    const message = `${file} is ${String(Math.ceil(bytes / 1024))} KiB; a config is at most ${String(LARGEST_TEXT / 1024)} KiB`;
    throw new InputError({ code: 'CONFIG_SYNTAX', message, file, hint: 'Is this the right file?' });
  }
  if (typeof content === 'string') return content.replace(/^\uFEFF/, '');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    const utf16 =
      (content[0] === 0xff && content[1] === 0xfe) || (content[0] === 0xfe && content[1] === 0xff);
    const message = `${file} is not UTF-8 text${utf16 ? ' but UTF-16' : ''}`;
    throw new InputError({ code: 'CONFIG_SYNTAX', message, file, hint: 'Save the file as UTF-8.' });
  }
}

function syntaxProblem({ code, message, span, hint }: SyntaxProblem, map: TextMap, file: string): Problem {
  return { code, message, file, ...locate(map, span), ...(hint === undefined ? {} : { hint }) };
}

function emptyFile(file: string): Problem {
  const hint = 'Run `slipway init` in another folder to see one, or start with `version: 1` and `models:`.';
  return {
    code: 'CONFIG_INVALID',
    message: `${file} is empty, expected a config`,
    file,
    line: 1,
    column: 1,
    excerpt: '',
    hint,
  };
}

function notAMapping(root: Located, map: TextMap, file: string): Problem {
  const message = `expected a mapping with \`version\` and \`models\`, found ${show(toPlain(root))}`;
  return { code: 'CONFIG_INVALID', message, file, ...locate(map, root.span) };
}

/** The file with `defaults` merged into each model; positions stay those of where a value was written. */
function mergeDefaults(root: Located & { kind: 'map' }): Located {
  const [defaults, models] = [child(root, 'defaults'), root.entries.get('models')];
  if (defaults?.kind !== 'map' || models?.value.kind !== 'map') return root;
  const merged = new Map<string, Entry>();
  for (const [name, { key, value }] of models.value.entries) {
    merged.set(name, { key, value: isEmpty(value) ? value : mergeLocated(defaults, value) });
  }
  const entries = new Map(root.entries);
  entries.set('models', { key: models.key, value: mapOf(merged, models.value.span) });
  return mapOf(entries, root.span);
}

function withoutDefaults(plain: unknown): unknown {
  if (typeof plain !== 'object' || plain === null || !('defaults' in plain)) return plain;
  const { defaults, ...rest } = plain;
  return typeof defaults === 'object' && defaults !== null && !Array.isArray(defaults) ? rest : plain;
}

/** What zod cannot word well: a version we do not know, no models, models as a list. */
function checkWhole(root: Located): Finding[] {
  const models = child(root, 'models');
  if (models?.kind !== 'map' || models.entries.size > 0) return [];
  const hint = 'Add a model: `models: {churn: {task: binary, …}}`.';
  return [
    { code: 'CONFIG_INVALID', path: ['models'], message: 'expected at least one model', hint, atKey: true },
  ];
}

function settle(
  findings: readonly Finding[],
  root: Located,
  merged: Located,
  map: TextMap,
  file: string,
): Problem[] {
  const meant = new Set(
    findings.flatMap(({ path, meant: word }) =>
      word === undefined ? [] : [`${pathText(path.slice(0, -1))}|${word}`],
    ),
  );
  const seen = new Set<string>();
  const placed = findings
    .filter(({ needs }) => needs?.keys.some((key) => meant.has(`${pathText(needs.in)}|${key}`)) !== true)
    .map((finding) => ({
      finding,
      span: finding.atKey === true ? keySpanAt(merged, finding.path) : spanAt(merged, finding.path),
    }))
    .filter(({ finding, span }) => {
      // A slip in `defaults` shows in every model: say it once, where it was written.
      const identity = `${String(span.start)}|${finding.message}`;
      return !seen.has(identity) && seen.add(identity);
    })
    .sort((a, b) => a.span.start - b.span.start);
  const problems = placed.slice(0, MOST_PROBLEMS).map(({ finding, span }): Problem => {
    const where = pathText(
      writtenIn(root, span.start) ? ['defaults', ...finding.path.slice(2)] : finding.path,
    );
    const message = where === '' ? finding.message : `${where}: ${finding.message}`;
    const hint = finding.hint === undefined ? {} : { hint: finding.hint };
    return { code: finding.code, message, file, ...locate(map, span), ...hint };
  });
  return [...problems, ...moreThan(placed.length, file)];
}

/** True when an offset lies in the part `defaults` of the file. */
function writtenIn(root: Located, offset: number): boolean {
  const entry = root.kind === 'map' ? root.entries.get('defaults') : undefined;
  return (
    entry !== undefined &&
    entry.value.kind === 'map' &&
    offset >= entry.key.start &&
    offset < entry.value.span.end
  );
}

/** What stands for the problems beyond those that are listed. */
function moreThan(count: number, file: string): readonly Problem[] {
  if (count <= MOST_PROBLEMS) return [];
  const message = `and ${String(count - MOST_PROBLEMS)} more problems`;
  return [{ code: 'CONFIG_INVALID', message, file, hint: 'Repair these first.' }];
}
