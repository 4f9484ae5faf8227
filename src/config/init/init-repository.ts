import { InputError } from '../../contracts/errors.ts';
import { publishedSchema, SCHEMA_FILE } from '../json-schema.ts';
import { parseConfig } from '../parse.ts';
import type { ProposalWriter, RepositoryFiles } from '../ports.ts';
import type { ModelProposal } from './proposal.ts';
import { proposeModels } from './propose.ts';
import { renderConfig } from './render.ts';
import { openRepository } from './repository.ts';

export const CONFIG_FILE = 'slipway.yaml';

export interface InitRequest {
  /** Name of the repository, for a model that has no better one. */
  readonly repositoryName: string;
  /** Propose and write nothing. */
  readonly dryRun: boolean;
}

export interface InitResult {
  readonly file: string;
  /** Content of the proposed slipway.yaml; parseConfig accepts it. */
  readonly text: string;
  readonly models: readonly {
    readonly name: string;
    readonly dir: string;
    readonly found: string | null;
    readonly task: string;
  }[];
  /** Files that were written (in a dry run: that would be), relative to the repository. */
  readonly written: readonly string[];
  /** What wants a look, and what `init` does not do. */
  readonly notices: readonly string[];
}

/**
 * Looks at a repository and proposes its slipway.yaml, one model per training it finds, every guess marked. Never
 * overwrites: throws InputError EXISTS. Ignores `.slipway/` in git and puts the schema for editors there.
 */
export async function initRepository(
  request: InitRequest,
  ports: { readonly files: RepositoryFiles; readonly writer: ProposalWriter },
): Promise<InitResult> {
  if (await ports.writer.exists(CONFIG_FILE)) throw existing();
  const repository = await openRepository(ports.files);
  const models = await proposeModels(repository, request.repositoryName);
  const text = renderConfig(models);
  // What is proposed must be readable: a failure here is a bug of ours, not of the repository.
  parseConfig(text, CONFIG_FILE);
  const ignored = await ignoreFile(ports.files);
  const written = [CONFIG_FILE, ...(ignored === null ? [] : ['.gitignore']), SCHEMA_FILE];
  if (!request.dryRun) {
    await ports.writer.create(CONFIG_FILE, text);
    if (ignored !== null) await ports.writer.replace('.gitignore', ignored);
    await ports.writer.replace(SCHEMA_FILE, schemaText());
  }
  return {
    file: CONFIG_FILE,
    text,
    models: models.map(({ name, dir, found, target }) => ({ name, dir, found, task: target.task.value })),
    written,
    notices: [
      ...models.flatMap(noticesOf),
      'workflows are not written yet: `slipway run` works here and in any CI job',
    ],
  };
}

/** The published schema as `init` and `check` write it for editors. */
export function schemaText(): string {
  return `${JSON.stringify(publishedSchema(), null, 2)}\n`;
}

function existing(): InputError {
  return new InputError({
    code: 'EXISTS',
    message: `${CONFIG_FILE} exists already and is never overwritten`,
    file: CONFIG_FILE,
    hint: 'See what would be proposed in a copy of the repository without it, or run `slipway check`.',
  });
}

/** The .gitignore with `.slipway/` added; null when it is ignored already. */
async function ignoreFile(files: RepositoryFiles): Promise<string | null> {
  const bytes = await files.head('.gitignore', 1_048_576);
  const text = bytes === null ? '' : new TextDecoder().decode(bytes);
  if (/^\/?(?:\*\*\/)?\.slipway\/?\s*$/m.test(text)) return null;
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}.slipway/\n`;
}

function noticesOf({ name, found, data, train }: ModelProposal): string[] {
  const notes = [...data.notes, ...train.notes];
  return [...(found === null ? ['nothing that trains was found'] : []), ...notes].map(
    (note) => `${name}: ${note}`,
  );
}
