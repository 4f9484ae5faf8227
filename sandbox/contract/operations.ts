import { readFileSync } from 'node:fs';

import { restContract } from './description.ts';

/** One operation of GitHub's REST API. */
export interface Operation {
  /** GitHub's operationId, `repos/get`. */
  readonly id: string;
  readonly method: string;
  /** `/repos/{owner}/{repo}` */
  readonly path: string;
  /** The path with parameters that may hold slashes marked as RFC 6570 does: `{+ref}`. */
  readonly template: string;
  /** The lowest status of success that is described: 200, 201, 202, 204 or 302. */
  readonly success: number;
  /** Takes a request body. */
  readonly hasBody: boolean;
  /** May be called with the token of an App's installation. */
  readonly forApps: boolean;
  /** Its description is vendored. */
  readonly served: boolean;
}

interface OperationTable {
  readonly operations: Readonly<Record<string, string>>;
  readonly notForApps: readonly string[];
}

let known: ReadonlyMap<string, Operation> | undefined;

/** All operations of GitHub's REST API. */
export function knownOperations(): Iterable<Operation> {
  known ??= load();
  return known.values();
}

/** The operation of that id; undefined where GitHub has none. */
export function operationOf(id: string): Operation | undefined {
  known ??= load();
  return known.get(id);
}

function load(): ReadonlyMap<string, Operation> {
  const file = new URL('operations.json', import.meta.url);
  const table = JSON.parse(readFileSync(file, 'utf8')) as OperationTable;
  const notForApps = new Set(table.notForApps);
  const contracts = restContract().operations;
  return new Map(
    Object.entries(table.operations).map(([id, line]): [string, Operation] => {
      const [method, template] = line.split(' ') as [string, string];
      const contract = contracts[id];
      const operation: Operation = {
        id,
        method,
        path: template.replaceAll('{+', '{'),
        template,
        success: lowestSuccess(Object.keys(contract?.responses ?? {})),
        hasBody: contract?.body !== undefined,
        forApps: !notForApps.has(id),
        served: contract !== undefined,
      };
      return [id, operation];
    }),
  );
}

function lowestSuccess(statuses: readonly string[]): number {
  const good = statuses.map(Number).filter((status) => status < 400);
  return good.length === 0 ? 200 : Math.min(...good);
}
