/** The first lines of a step's log: what runs, with which inputs and variables, in the form of GitHub's runner. */
import { ExpressionFailure } from '../expressions/scope.ts';
import { knownInActions } from './contexts.ts';
import type { Manifest } from './manifest.ts';
import { firstLine } from './names.ts';
import { type Known, reduceText } from './reduce.ts';

const CYAN = '\u001b[36;1m';
const PLAIN = '\u001b[0m';

/** Header of a script. */
export function scriptHeader(script: string, shell: string, env: ReadonlyMap<string, string>): string[] {
  const lines = script.replace(/\r\n/g, '\n').replace(/\n+$/, '').split('\n');
  return [
    `##[group]Run ${firstLine(script)}`,
    ...lines.map((line) => `${CYAN}${line}${PLAIN}`),
    `shell: ${shell}`,
    ...envLines(env),
    '##[endgroup]',
  ];
}

/** Header of an action, and what is to be warned of its inputs. */
export function actionHeader(
  uses: string,
  given: ReadonlyMap<string, string>,
  env: ReadonlyMap<string, string>,
  manifest: Manifest | undefined,
  known: Known,
): { readonly lines: string[]; readonly warnings: string[] } {
  const inputs = new Map(given);
  const names = new Set([...given.keys()].map((name) => name.toLowerCase()));
  for (const [name, input] of manifest?.inputs ?? []) {
    if (!names.has(name.toLowerCase())) inputs.set(name, presetOf(input.default, known));
  }
  const shown = [...inputs].filter(([, value]) => value !== '');
  return {
    lines: [
      `##[group]Run ${uses}`,
      ...(shown.length === 0 ? [] : ['with:']),
      ...shown.flatMap(([name, value]) => `  ${name}: ${value}`.split('\n')),
      ...envLines(env),
      '##[endgroup]',
    ],
    warnings: manifest === undefined ? [] : inputWarnings(given, manifest),
  };
}

function inputWarnings(given: ReadonlyMap<string, string>, manifest: Manifest): string[] {
  const valid = new Map([...manifest.inputs].map(([name, input]) => [name.toLowerCase(), input]));
  const names = [...given.keys()];
  const deprecated = names.flatMap((name) => {
    const message = valid.get(name.toLowerCase())?.deprecated;
    return message === undefined ? [] : [`Input '${name}' has been deprecated with message: ${message}`];
  });
  const unexpected = names.filter((name) => !valid.has(name.toLowerCase()));
  if (unexpected.length === 0) return deprecated;
  const list = (values: Iterable<string>): string => `'${[...values].join("', '")}'`;
  return [
    ...deprecated,
    `Unexpected input(s) ${list(unexpected)}, valid inputs are [${list(manifest.inputs.keys())}]`,
  ];
}

function presetOf(preset: string, known: Known): string {
  try {
    return reduceText(preset, knownInActions(known)).value ?? '';
  } catch (error) {
    if (error instanceof ExpressionFailure) return '';
    throw error;
  }
}

function envLines(env: ReadonlyMap<string, string>): string[] {
  if (env.size === 0) return [];
  return ['env:', ...[...env].flatMap(([name, value]) => `  ${name}: ${value}`.split('\n'))];
}
