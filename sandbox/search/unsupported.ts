import { ApiError } from '../kernel/errors.ts';

/** Refuses a part of a query that GitHub has and the sandbox does not. */
export function unsupportedQualifier(name: string): never {
  throw new ApiError(501, `The sandbox does not support ${name} in a search`);
}

/** Refuses a query with a qualifier that nobody here can answer, whatever there is to be found. */
export function refuseUnknown(terms: readonly { readonly name: string }[], known: readonly string[]): void {
  const unknown = terms.find(({ name }) => !known.includes(name));
  if (unknown !== undefined) unsupportedQualifier(unknown.name);
}
