import { readFileSync } from 'node:fs';

import {
  buildASTSchema,
  GraphQLError,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';

const MOST_TOKENS = 20_000;
const DOCUMENTS_KEPT = 200;

let loaded: GraphQLSchema | undefined;
const documents = new Map<string, DocumentNode | readonly GraphQLError[]>();

/**
 * GitHub's schema, built on first use. GitHub's file defines a field twice, which a builder that checks refuses, so it
 * is taken as it is.
 */
export function githubSchema(): GraphQLSchema {
  loaded ??= buildASTSchema(
    parse(readFileSync(new URL('../contract/schema.graphql', import.meta.url), 'utf8'), { noLocation: true }),
    { assumeValid: true, assumeValidSDL: true },
  );
  return loaded;
}

/** Parses a query and validates it against the schema; texts seen before are not looked at again. */
export function validDocument(text: string): DocumentNode | readonly GraphQLError[] {
  const known = documents.get(text);
  if (known !== undefined) return known;
  const result = checked(text);
  if (documents.size >= DOCUMENTS_KEPT) documents.delete(documents.keys().next().value!);
  documents.set(text, result);
  return result;
}

function checked(text: string): DocumentNode | readonly GraphQLError[] {
  let document: DocumentNode;
  try {
    document = parse(text, { maxTokens: MOST_TOKENS });
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
  // GitHub merges fields of different types of object (`state` of an issue and of a pull request) whatever they return.
  const errors = validate(githubSchema(), document, specifiedRules).filter(
    ({ message }) => !message.includes('return conflicting types'),
  );
  return errors.length === 0 ? document : errors.map(inGithubsWords);
}

/** The form in which GitHub tells of a field that does not exist: clients look for it when they try out features. */
function inGithubsWords(error: GraphQLError): GraphQLError {
  const field = /^Cannot query field "(\w+)" on type "(\w+)"/.exec(error.message);
  if (field === null) return error;
  const [, name, type] = field;
  return new GraphQLError(`Field '${name!}' doesn't exist on type '${type!}'`, {
    nodes: error.nodes,
    extensions: { code: 'undefinedField', typeName: type, fieldName: name },
  });
}
