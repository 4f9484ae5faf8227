import { InputError } from '../../../src/contracts/errors.ts';
import type { Problem } from '../../../src/contracts/errors.ts';
import { parseConfig } from '../../../src/config/index.ts';
import type { ModelConfig, ProposalWriter, RepositoryFiles } from '../../../src/config/index.ts';
import picomatch from 'picomatch';

/** A small config that is right, with parts replaced: values are YAML text. */
export function configText(parts: Readonly<Record<string, string>> = {}, top = ''): string {
  const model: Record<string, string> = {
    task: 'binary',
    data: '{source: data.csv, split: {test: 0.2}, target: churned}',
    train: '{run: python train.py}',
    evaluate: '{metrics: [roc_auc]}',
    ...parts,
  };
  const lines = Object.entries(model).map(([key, value]) => `    ${key}: ${value}`);
  return `version: 1\nmodels:\n  churn:\n${lines.join('\n')}\n${top}`;
}

/** The one model of `configText`, parsed. */
export function modelOf(parts: Readonly<Record<string, string>> = {}): ModelConfig {
  const model = parseConfig(configText(parts), 'slipway.yaml').models['churn'];
  if (model === undefined) throw new Error('the model churn is missing');
  return model;
}

/** Problems that a text has; empty when it can be parsed. */
export function problemsIn(content: string | Uint8Array): readonly Problem[] {
  try {
    parseConfig(content, 'slipway.yaml');
    return [];
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
}

/** A repository in memory. */
export function filesOf(contents: Readonly<Record<string, string | Uint8Array>>): RepositoryFiles {
  const paths = Object.keys(contents).sort();
  return {
    list: (limit) => Promise.resolve(paths.slice(0, limit)),
    head(path, bytes) {
      const content = Object.hasOwn(contents, path) ? contents[path] : undefined;
      if (content === undefined) return Promise.resolve(null);
      return Promise.resolve(
        (typeof content === 'string' ? new TextEncoder().encode(content) : content).subarray(0, bytes),
      );
    },
    match(dir, pattern) {
      const prefix = dir === '.' ? '' : `${dir}/`;
      const wanted = normal(prefix + pattern);
      return Promise.resolve(
        paths.filter(
          (path) =>
            path === wanted ||
            path.startsWith(`${wanted}/`) ||
            picomatch.isMatch(path, wanted, { dot: true }),
        ),
      );
    },
  };
}

function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** Remembers what was written. */
export function writerOf(
  present: readonly string[] = [],
): ProposalWriter & { readonly written: Map<string, string> } {
  const written = new Map<string, string>();
  return {
    written,
    exists: (path) => Promise.resolve(present.includes(path) || written.has(path)),
    create(path, text) {
      written.set(path, text);
      return Promise.resolve();
    },
    replace(path, text) {
      written.set(path, text);
      return Promise.resolve();
    },
  };
}
