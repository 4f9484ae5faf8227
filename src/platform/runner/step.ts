import {
  addPath,
  error as showError,
  endGroup,
  exportVariable,
  notice,
  saveState,
  setOutput,
  setSecret,
  startGroup,
  summary,
  warning,
  type AnnotationProperties,
} from '@actions/core';

import { openStepLog, type StepLog } from './step-log.ts';

export type Level = 'error' | 'warning' | 'notice';

/** A remark in the diff of a pull request; lines and columns count from 1, the file is relative to the repository. */
export interface Annotation {
  readonly level: Level;
  readonly title: string;
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/** What a step says to its runner. Values may hold anything: none of it becomes a command, an output or Markdown of its own. */
export interface Step {
  readonly log: StepLog;
  /** One output; booleans and numbers as GitHub's expressions write them. */
  output(name: string, value: string | number | boolean): void;
  /** Shown in the diff and on the run's page: GitHub keeps ten of each level a step. */
  annotate(annotation: Annotation): void;
  /** Lines between are folded. */
  group<T>(title: string, work: () => Promise<T>): Promise<T>;
  /** From now on the value is `***` in logs. */
  mask(value: string): void;
  /** Commands of this folder are found by the steps after this one. */
  addPath(folder: string): void;
  /** A variable of the steps after this one: values of our own only, because they steer what those steps load. */
  setVariable(name: string, value: string): void;
  /** For the post step of this step. */
  save(name: string, value: string): void;
  /** Appends Markdown to the summary of the job; cut at GitHub's limit. */
  summarize(markdown: string): Promise<void>;
  close(): void;
}

/** GitHub takes 1 MiB of summary a step and drops the whole of a larger one. */
const MOST_SUMMARY_BYTES = 1_000_000;
/** Of one annotation or output; GitHub's own limits are 64 KiB and 1 MiB. */
const MOST_CHARACTERS = 60_000;

/** A step that speaks through the runner's files and this process's stdout. */
export function openStep(): Step {
  const log = openStepLog((text) => process.stdout.write(text));
  return {
    log,
    output: (name, value) => setOutput(name, typeof value === 'string' ? cut(value) : value),
    annotate: (annotation) => log.command(() => annotate(annotation)),
    async group(title, work) {
      log.command(() => startGroup(oneLine(title)));
      try {
        return await work();
      } finally {
        log.command(() => endGroup());
      }
    },
    mask: (value) => value.trim() === '' || log.command(() => setSecret(value)),
    addPath,
    setVariable: exportVariable,
    save: saveState,
    summarize: async (markdown) => {
      if ((process.env['GITHUB_STEP_SUMMARY'] ?? '') === '') return;
      await summary.addRaw(within(markdown, MOST_SUMMARY_BYTES), true).write();
    },
    close: () => log.close(),
  };
}

function annotate({ level, message, title, file, line, column }: Annotation): void {
  const properties: AnnotationProperties = {
    title: cut(title, 200),
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { startLine: line }),
    ...(column === undefined ? {} : { startColumn: column }),
  };
  const say = { error: showError, warning, notice }[level];
  say(cut(message), properties);
}

function oneLine(text: string): string {
  return cut(text, 200).replaceAll(/\s+/gu, ' ');
}

function cut(text: string, most = MOST_CHARACTERS): string {
  return text.length <= most ? text : `${text.slice(0, most)} …`;
}

/** As many whole lines as fit; says so where some are missing. */
function within(markdown: string, bytes: number): string {
  if (Buffer.byteLength(markdown) <= bytes) return markdown;
  const kept = Buffer.from(markdown)
    .subarray(0, bytes - 200)
    .toString();
  return `${kept.slice(0, kept.lastIndexOf('\n'))}\n\n_The rest is longer than a summary may be: see the log of this step._\n`;
}
