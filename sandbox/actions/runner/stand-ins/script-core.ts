/** `core` of a script: https://github.com/actions/toolkit/tree/main/packages/core */
import { appendFileSync, writeFileSync } from 'node:fs';

import { ActionFailure, type Kit } from './kit.ts';
import { Summary } from './summary.ts';

const text = (value: unknown): string =>
  value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
const properties = (given: Readonly<Record<string, unknown>> = {}): Record<string, string> => {
  const { title, file, startLine, endLine, startColumn, endColumn } = given;
  const named = { title, file, line: startLine, endLine, col: startColumn, endColumn };
  return Object.fromEntries(
    Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [[name, text(value)]])),
  );
};

type Given = Readonly<Record<string, unknown>>;

/** @actions/core */
export function coreOf(kit: Kit) {
  return {
    ...valuesOf(kit),
    ...speechOf(kit),
    getIDToken: () =>
      Promise.reject(new ActionFailure('Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable')),
    summary: new Summary((markdown, overwrite) => {
      const file = kit.required('GITHUB_STEP_SUMMARY');
      if (overwrite) writeFileSync(file, markdown);
      else appendFileSync(file, markdown);
    }),
  };
}

function valuesOf(kit: Kit) {
  return {
    getInput: (name: string, options?: { required?: boolean }) => kit.input(name, options),
    getBooleanInput: (name: string) => kit.boolean(name),
    getMultilineInput: (name: string) => kit.lines(name),
    getState: (name: string) => kit.state(name),
    isDebug: () => kit.env['RUNNER_DEBUG'] === '1',
    setOutput: (name: string, value: unknown) => {
      kit.output(name, text(value));
    },
    exportVariable: (name: string, value: unknown) => {
      kit.exportVariable(name, text(value));
    },
    saveState: (name: string, value: unknown) => {
      kit.saveState(name, text(value));
    },
    addPath: (folder: string) => {
      kit.addPath(folder);
    },
    setSecret: (value: string) => {
      kit.hide(value);
    },
  };
}

function speechOf(kit: Kit) {
  const message = (value: unknown): string => (value instanceof Error ? String(value) : text(value));
  return {
    setFailed: (value: unknown) => {
      process.exitCode = 1;
      kit.error(message(value));
    },
    info: (value: unknown) => {
      kit.info(text(value));
    },
    debug: (value: unknown) => {
      kit.debug(text(value));
    },
    notice: (value: unknown, given?: Given) => {
      kit.notice(message(value), properties(given));
    },
    warning: (value: unknown, given?: Given) => {
      kit.warning(message(value), properties(given));
    },
    error: (value: unknown, given?: Given) => {
      kit.error(message(value), properties(given));
    },
    startGroup: (title: string) => {
      kit.info(`::group::${title}`);
    },
    endGroup: () => {
      kit.info('::endgroup::');
    },
    group: <Result>(title: string, work: () => Promise<Result>) => kit.group(title, work),
  };
}
