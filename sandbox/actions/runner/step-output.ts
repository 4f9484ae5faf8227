import type { Annotation, RunnerEvent } from '../leg.ts';
import { annotationOf, type Command, parseCommand } from './commands.ts';
import type { Masker } from './masker.ts';

/** Annotations of a kind that a step may leave, and how long one may be: as GitHub's runner has it. */
const MOST_ANNOTATIONS = 10;
const LONGEST_MESSAGE = 4096;
const LARGEST_SUMMARY = 1024 * 1024;

const DEPRECATED = (name: string): string =>
  `The \`${name}\` command is deprecated and will be disabled soon. Please upgrade to using Environment Files. For more information see: https://github.blog/changelog/2022-10-11-github-actions-deprecating-save-state-and-set-output-commands/`;

export interface OutputOptions {
  readonly masker: Masker;
  readonly debug: boolean;
  readonly report: (event: RunnerEvent) => void;
  /** Absolute path of the workspace, once it is known. */
  workspace: string;
}

/** What one step says: its log, its annotations, its summary; masked. */
export class StepOutput {
  readonly #options: OutputOptions;
  readonly #number: number;
  readonly #counts = new Map<Annotation['level'], number>();
  #lines: string[] = [];
  /** `stop-commands` was said: until this word comes as a command, commands are just lines. */
  #resume: string | undefined;
  /** What the step's last error said. */
  lastError = '';
  #summaries: { readonly depth: number; readonly markdown: string }[] = [];

  constructor(number: number, options: OutputOptions) {
    this.#number = number;
    this.#options = options;
  }

  /** Lines as the step printed them: commands among them are obeyed. */
  print(text: string): void {
    for (const line of text.replace(/\r?\n$/, '').split(/\r?\n/)) {
      if (this.#isStopped(line)) {
        this.say(line);
        continue;
      }
      const command = line.includes('::') || line.includes('##[') ? parseCommand(line) : undefined;
      if (command === undefined) this.say(line);
      else this.#obey(command, line);
    }
  }

  /** https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#stopping-and-starting-workflow-commands */
  #isStopped(line: string): boolean {
    if (this.#resume === undefined) return false;
    if (line.trim() === `::${this.#resume}::`) this.#resume = undefined;
    return true;
  }

  /** Lines of the runner itself. */
  say(...lines: readonly string[]): void {
    for (const line of lines) this.#lines.push(this.#options.masker.mask(line));
  }

  /** A command of the step. Outputs, state and environment are the engine's. */
  #obey(command: Command, line: string): void {
    switch (command.name) {
      case 'group':
      case 'endgroup':
        this.say(`##[${command.name}]${command.name === 'group' ? command.data : ''}`);
        return;
      case 'debug':
        if (this.#options.debug) this.say(...`##[debug]${command.data}`.split('\n'));
        return;
      case 'add-mask':
        this.#options.masker.add(command.data);
        return;
      case 'set-output':
      case 'save-state':
        this.annotate({ level: 'warning', message: DEPRECATED(command.name) });
        return;
      case 'stop-commands':
        this.#resume = command.data;
        this.say(line);
        return;
      default: {
        const annotation = annotationOf(command, this.#options.workspace);
        if (annotation !== undefined) this.annotate(annotation);
      }
    }
  }

  /** Writes an annotation to the log and, up to ten of a kind, reports it. */
  annotate(annotation: Annotation): void {
    if (annotation.level === 'failure') this.lastError = annotation.message;
    const tag = annotation.level === 'failure' ? 'error' : annotation.level;
    this.say(...`##[${tag}]${annotation.message}`.split(/\r?\n/));
    const count = (this.#counts.get(annotation.level) ?? 0) + 1;
    this.#counts.set(annotation.level, count);
    if (count > MOST_ANNOTATIONS) return;
    this.flush();
    const { masker, report } = this.#options;
    const message = masker.mask(annotation.message).slice(0, LONGEST_MESSAGE);
    const title = annotation.title === undefined ? {} : { title: masker.mask(annotation.title) };
    report({ kind: 'annotation', number: this.#number, annotation: { ...annotation, ...title, message } });
  }

  error(message: string): void {
    this.annotate({ level: 'failure', message });
  }

  /** A summary of the step or, deeper, of a step of its composite action; the engine tells those again on the way up. */
  summarize(markdown: string, depth: number): void {
    const last = this.#summaries.at(-1);
    if (last !== undefined && last.depth > depth && last.markdown === markdown) return;
    if (Buffer.byteLength(markdown) > LARGEST_SUMMARY) {
      this.error(
        `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got ${Math.floor(Buffer.byteLength(markdown) / 1024)}k. For more information see: https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions#adding-a-markdown-summary`,
      );
      return;
    }
    this.#summaries.push({ depth, markdown });
  }

  /** Reports the lines so far. */
  flush(): void {
    if (this.#lines.length === 0) return;
    this.#options.report({ kind: 'log', number: this.#number, lines: this.#lines });
    this.#lines = [];
  }

  /** Reports what is left. */
  close(): void {
    this.flush();
    const markdown = this.#summaries.map((summary) => summary.markdown.replace(/\n?$/, '\n')).join('');
    this.#summaries = [];
    if (markdown === '') return;
    const masked = markdown
      .split('\n')
      .map((line) => this.#options.masker.mask(line))
      .join('\n');
    this.#options.report({ kind: 'summary', number: this.#number, markdown: masked });
  }
}
