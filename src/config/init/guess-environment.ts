import type { Lead } from './lead.ts';
import { folderOf, seenFrom, shellWord } from './lead.ts';
import type { EnvironmentProposal } from './proposal.ts';
import type { Repository } from './repository.ts';

interface Kind {
  readonly file: string;
  /** `{file}` is the path as seen from the model; null: no command is known that works everywhere. */
  readonly install: string | null;
  readonly note?: string;
}

/** Strongest first: a file that pins everything before one that names wishes. */
const PYTHON: readonly Kind[] = [
  { file: 'uv.lock', install: 'uv sync --frozen' },
  { file: 'poetry.lock', install: 'pip install poetry && poetry install --no-root' },
  { file: 'Pipfile.lock', install: 'pip install pipenv && pipenv sync --system' },
  { file: 'requirements.lock', install: 'pip install -r {file}' },
  { file: 'requirements.txt', install: 'pip install -r {file}' },
  { file: 'requirements-train.txt', install: 'pip install -r {file}' },
  { file: 'requirements/train.txt', install: 'pip install -r {file}' },
  { file: 'requirements/base.txt', install: 'pip install -r {file}' },
  ...['environment.yml', 'environment.yaml', 'conda.yaml', 'conda.yml'].map((file) => ({
    file,
    install: null,
    note: 'conda environments are not made by Slipway: activate it before, or write an install command with pip',
  })),
  {
    file: 'python_env.yaml',
    install: null,
    note: 'write an install command with pip for what python_env.yaml lists',
  },
  { file: 'pyproject.toml', install: 'pip install -e .' },
  { file: 'setup.py', install: 'pip install -e .' },
];

const R: readonly Kind[] = [
  { file: 'renv.lock', install: "Rscript -e 'renv::restore(prompt = FALSE)'" },
  { file: 'DESCRIPTION', install: "Rscript -e 'remotes::install_deps()'" },
];

const NODE: readonly Kind[] = [
  { file: 'package-lock.json', install: 'npm ci' },
  { file: 'yarn.lock', install: 'yarn install --frozen-lockfile' },
  { file: 'pnpm-lock.yaml', install: 'pnpm install --frozen-lockfile' },
  { file: 'package.json', install: 'npm install' },
];

const RUST: readonly Kind[] = [{ file: 'Cargo.lock', install: null }];

function kindsOf(lead: Lead): readonly Kind[] {
  const command = lead.run.join('\n');
  if (lead.kind === 'npm' || lead.kind === 'javascript') return NODE;
  if (lead.kind === 'r' || /\bRscript\b/.test(command)) return R;
  if (lead.kind === 'cargo') return RUST;
  return [...PYTHON, ...R, ...NODE];
}

/** How the environment is installed and what pins it: in the model's folder, else in the nearest above it. */
export function guessEnvironment(repository: Repository, lead: Lead): EnvironmentProposal | null {
  const kinds = kindsOf(lead);
  for (let folder = lead.folder; ; folder = folderOf(folder)) {
    const prefix = folder === '' ? '' : `${folder}/`;
    const kind = kinds.find(({ file }) => repository.has(prefix + file));
    if (kind !== undefined) {
      const file = seenFrom(lead.folder, prefix + kind.file);
      const install =
        kind.install === null
          ? null
          : { value: kind.install.replace('{file}', shellWord(file)), why: `${file} is there` };
      return { install, lock: [file], notes: kind.note === undefined ? [] : [kind.note] };
    }
    if (folder === '') return null;
  }
}
