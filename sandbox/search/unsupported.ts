import { ApiError } from '../kernel/errors.ts';

/** Refuses a part of a query that GitHub has and the sandbox does not. */
export function unsupportedQualifier(name: string): never {
  throw new ApiError(501, `The sandbox does not support ${name} in a search`);
}
