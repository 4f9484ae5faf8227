import { parse } from 'yaml';

import { scalarText } from './reduce.ts';

/** What the runner must know of an action's `action.yml`: https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax */
export interface Manifest {
  readonly kind: 'node' | 'composite' | 'docker';
  readonly pre: boolean;
  readonly post: boolean;
  /** Input names with the message of those that are deprecated. */
  readonly inputs: ReadonlyMap<string, { readonly default: string; readonly deprecated?: string }>;
  /** Steps of a composite action, as they are in the file. */
  readonly steps: readonly Readonly<Record<string, unknown>>[];
  /** The whole file. */
  readonly content: Readonly<Record<string, unknown>>;
}

export const MANIFEST_NAMES = ['action.yml', 'action.yaml'];

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};

/** Reads an `action.yml`. @throws Error where it is no YAML mapping or runs nothing that exists */
export function parseManifest(text: string): Manifest {
  const content = record(parse(text));
  const runs = record(content['runs']);
  const using = typeof runs['using'] === 'string' ? runs['using'].toLowerCase() : '';
  const steps = Array.isArray(runs['steps']) ? runs['steps'].map(record) : [];
  return {
    kind: kindOf(using),
    pre: typeof runs['pre'] === 'string' && runs['pre'] !== '',
    post: typeof runs['post'] === 'string' && runs['post'] !== '',
    inputs: inputsOf(record(content['inputs'])),
    steps,
    content,
  };
}

function kindOf(using: string): Manifest['kind'] {
  if (using === 'composite' || using === 'docker') return using;
  if (/^node(12|16|20|24)$/.test(using)) return 'node';
  throw new Error(
    `'using: ${using}' is not supported, use 'docker', 'node12', 'node16', 'node20' or 'node24' instead.`,
  );
}

function inputsOf(inputs: Readonly<Record<string, unknown>>): Manifest['inputs'] {
  return new Map(
    Object.entries(inputs).map(([name, value]) => {
      const input = record(value);
      const { default: preset, deprecationMessage } = input as {
        default?: unknown;
        deprecationMessage?: unknown;
      };
      return [
        name,
        {
          default: scalarText(preset ?? ''),
          ...(typeof deprecationMessage === 'string' ? { deprecated: deprecationMessage } : {}),
        },
      ];
    }),
  );
}

/** What a step uses: an action of a repository, of the workspace, or an image. */
export type Reference =
  | {
      readonly kind: 'repository';
      readonly owner: string;
      readonly name: string;
      readonly path: string;
      readonly ref: string;
    }
  | { readonly kind: 'local'; readonly path: string }
  | { readonly kind: 'image' };

/** Reads `uses`; undefined where it is none of them. */
export function parseUses(uses: string): Reference | undefined {
  if (uses.startsWith('docker://')) return { kind: 'image' };
  if (uses.startsWith('./') || uses.startsWith('../'))
    return { kind: 'local', path: uses.replace(/^\.\//, '') };
  const [, owner, name, path, ref] = /^([^/@]+)\/([^/@]+)((?:\/[^@]*)?)@(.+)$/.exec(uses) ?? [];
  if (owner === undefined || name === undefined || ref === undefined) return undefined;
  return { kind: 'repository', owner, name, path: (path ?? '').replace(/^\/+|\/+$/g, ''), ref };
}
