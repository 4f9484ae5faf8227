import { html } from 'hono/html';

import { changedFiles, fileDiff, type FileDiff } from '../../git/diff.ts';
import { patchLines, type PatchLine } from '../../pulls/positions.ts';
import type { Side } from '../../state/pulls.ts';
import type { Repository } from '../../state/repositories.ts';
import { home } from '../layout.ts';
import { each, encodePath, type Html, type Page } from '../page.ts';
import { plural } from './pieces.ts';

export interface DiffInput {
  /** Trees; undefined is the empty one. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** Revision of links to files, encoded. */
  readonly at: string;
  /** What stands below a line: its threads. */
  readonly below?: (path: string, line: PatchLine) => readonly Html[];
  /** What stands beside a line: the link to comment on it. */
  readonly beside?: (path: string, side: Side, line: number, id: string) => Html;
  /** What stands above the lines of a file. */
  readonly above?: (path: string) => readonly Html[];
}

const MOST_FILES = 300;
const MOST_LINES = 3000;

/** The changed files with their hunks. */
export function diffOf(page: Page, repository: Repository, input: DiffInput): Html {
  const store = page.core.objects(repository);
  const changes = changedFiles(store, input.before, input.after);
  const files = changes.slice(0, MOST_FILES).map((change) => fileDiff(store, change));
  const plus = files.reduce((sum, { additions }) => sum + additions, 0);
  const minus = files.reduce((sum, { deletions }) => sum + deletions, 0);
  return html`<p class="counts">
      ${plural(changes.length, 'changed file')} <span class="plus">+${plus}</span>
      <span class="minus">−${minus}</span>
    </p>
    ${each(files, (file, number) => fileBox(page, repository, file, number, input))}
    ${
      changes.length > MOST_FILES
        ? html`<p class="hint">Only the first ${MOST_FILES} files are shown.</p>`
        : ''
    }`;
}

function fileBox(page: Page, repository: Repository, file: FileDiff, number: number, input: DiffInput): Html {
  const name =
    file.previous_filename === undefined ? file.filename : `${file.previous_filename} → ${file.filename}`;
  const lines = file.patch === undefined ? [] : patchLines(file.patch);
  const view = `${home(page, repository)}/blob/${input.at}/${encodePath(file.filename)}`;
  const open = lines.length <= MOST_LINES;
  return html`<details class="box diff-file" id="file-${number}" ${open ? 'open' : ''}>
    <summary>
      <strong class="mono">${name}</strong>
      <span class="counts">
        <span class="plus">+${file.additions}</span> <span class="minus">−${file.deletions}</span>
        <span class="badge">${file.status}</span>
      </span>
      ${file.status === 'removed' ? '' : html`<a href="${view}">View file</a>`}
    </summary>
    ${[...(input.above?.(file.filename) ?? [])]}
    ${
      lines.length === 0
        ? html`<p class="empty">
            ${file.patch === undefined ? 'A binary or very long file.' : 'Only its name or mode changed.'}
          </p>`
        : table(file.filename, lines, number, input)
    }
  </details>`;
}

const SIGNS = { added: '+', removed: '−', context: ' ', hunk: '', note: '' } as const;

function table(path: string, lines: readonly PatchLine[], number: number, input: DiffInput): Html {
  return html`<div class="scroll">
    <table class="code diff" aria-label="Changes of ${path}">
      <tbody>
        ${each(lines, (line) => row(path, line, number, input))}
      </tbody>
    </table>
  </div>`;
}

function row(path: string, line: PatchLine, number: number, input: DiffInput): Html {
  const { kind, left, right, text } = line;
  if (kind === 'hunk' || kind === 'note')
    return html`<tr class="hunk">
      <td colspan="4">${text}</td>
    </tr>`;
  const side: Side = kind === 'removed' ? 'LEFT' : 'RIGHT';
  const at = side === 'LEFT' ? left! : right!;
  const id = `file-${number}-${side === 'LEFT' ? 'L' : 'R'}${at}`;
  const under = input.below?.(path, line) ?? [];
  return html`<tr id="${id}" class="${kind}">
      <td class="number">${left ?? ''}</td>
      <td class="number">${right ?? ''}</td>
      <td class="sign">${input.beside?.(path, side, at, id) ?? ''}${SIGNS[kind]}</td>
      <td>${text.slice(1)}</td>
    </tr>
    ${
      under.length === 0
        ? ''
        : html`<tr class="under">
            <td colspan="4">${[...under]}</td>
          </tr>`
    }`;
}
