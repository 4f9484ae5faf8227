import type { Reference } from './manifest.ts';

/** First line that says something, as the runner shows a script. */
export function firstLine(text: string): string {
  return text.trimStart().split(/[\r\n]/, 1)[0]!;
}

/** Name of a step without one: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsname */
export function defaultName(what: string): string {
  return `Run ${firstLine(what)}`;
}

/**
 * Ids for steps without one, as GitHub makes them (`__run`, `__run_2`, `__actions_checkout`); they are what
 * `GITHUB_ACTION` says.
 */
export function newIds(taken: Iterable<string>): (reference: Reference | undefined) => string {
  const used = new Set([...taken].map((id) => id.toLowerCase()));
  return (reference) => {
    const base = `__${stem(reference)}`;
    let id = base;
    for (let count = 2; used.has(id.toLowerCase()); count++) id = `${base}_${count}`;
    used.add(id.toLowerCase());
    return id;
  };
}

function stem(reference: Reference | undefined): string {
  switch (reference?.kind) {
    case undefined:
      return 'run';
    case 'local':
      return 'self';
    case 'image':
      return 'image';
    case 'repository':
      return `${reference.owner}_${reference.name}`.replace(/[^A-Za-z0-9_-]/g, '_');
  }
}
