import { ApiError } from '../../kernel/errors.ts';
import type { Actor } from '../../issues/actor.ts';
import type { Asking } from '../asking.ts';
import { failure } from '../errors.ts';
import type { Field } from '../fields.ts';

/** The input of a mutation, of which the schema has made sure. */
export type Input<Members> = Readonly<Members & { clientMutationId?: string | null }>;

/**
 * A mutation: all of it happens or nothing. What it gives are the members of its payload.
 * @throws GraphQLError FORBIDDEN in GitHub's words where the caller's role is too low
 */
export function mutation<Members>(
  name: string,
  act: (input: Input<Members>, asking: Asking) => Readonly<Record<string, unknown>>,
): Field<unknown> {
  return (_, args, asking) => {
    const input = args['input'] as Input<Members>;
    try {
      const payload = asking.core.store.transaction(() => act(input, asking));
      return { ...payload, clientMutationId: input.clientMutationId ?? null };
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 403 || asking.viewer.kind !== 'user') throw error;
      const title = `${name[0]!.toUpperCase()}${name.slice(1)}`;
      const login = asking.account?.login ?? '';
      throw failure('FORBIDDEN', `${login} does not have the correct permissions to execute \`${title}\``);
    } finally {
      asking.forget();
    }
  };
}

/** A table of mutations by name. */
export function mutations(
  table: Readonly<Record<string, (input: Input<never>, asking: Asking) => Readonly<Record<string, unknown>>>>,
): Readonly<Record<string, Field<unknown>>> {
  return Object.fromEntries(
    Object.entries(table).map(([name, act]) => [name, mutation(name, act as Parameters<typeof mutation>[1])]),
  );
}

/** Whoever asks, as those who do something. @throws ApiError 403 for an App that acts as nobody */
export function actorOf(asking: Asking): Actor {
  const { account } = asking;
  if (account === null) throw new ApiError(403, 'Resource not accessible by integration');
  return { account, by: asking.viewer };
}

/** The members that were given: what is null in an input was not. */
export function given(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined && value !== null),
  );
}
