/**
 * What an action works with: its inputs, its outputs and the runner's commands.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';

/** The action cannot do its work; the message is what the person reads. */
export class ActionFailure extends Error {
  override readonly name = 'ActionFailure';
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Properties of an annotation. */
type Properties = Readonly<Record<string, string>>;

/** Inputs, outputs and commands of one step. */
export class Kit {
  readonly env: Environment;
  readonly #print: (text: string) => void;

  constructor(env: Environment, print: (text: string) => void) {
    this.env = env;
    this.#print = print;
  }

  /** An input, trimmed; empty where it was not given. @throws ActionFailure where it is required and empty */
  input(name: string, options: { readonly required?: boolean } = {}): string {
    const value = (this.env[`INPUT_${name.replace(/ /g, '_').toUpperCase()}`] ?? '').trim();
    if (options.required === true && value === '') {
      throw new ActionFailure(`Input required and not supplied: ${name}`);
    }
    return value;
  }

  /** @throws ActionFailure where the input is no boolean of YAML 1.2 */
  boolean(name: string): boolean {
    const value = this.input(name);
    if (/^(true|True|TRUE)$/.test(value)) return true;
    if (/^(false|False|FALSE|)$/.test(value)) return false;
    throw new ActionFailure(
      `Input does not meet YAML 1.2 "Core Schema" specification: ${name}\nSupport boolean input list: \`true | True | TRUE | false | False | FALSE\``,
    );
  }

  /** Lines of an input that are not empty. */
  lines(name: string): string[] {
    return this.input(name)
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  }

  output(name: string, value: string): void {
    this.#command('GITHUB_OUTPUT', name, value);
  }

  saveState(name: string, value: string): void {
    this.#command('GITHUB_STATE', name, value);
  }

  /** What the main part saved for the post part. */
  state(name: string): string {
    return this.env[`STATE_${name}`] ?? '';
  }

  exportVariable(name: string, value: string): void {
    this.#command('GITHUB_ENV', name, value);
  }

  addPath(folder: string): void {
    appendFileSync(this.required('GITHUB_PATH'), `${folder}\n`);
  }

  info(text: string): void {
    this.#print(`${text}\n`);
  }

  debug(text: string): void {
    this.#issue('debug', text);
  }

  warning(text: string, properties: Properties = {}): void {
    this.#issue('warning', text, properties);
  }

  notice(text: string, properties: Properties = {}): void {
    this.#issue('notice', text, properties);
  }

  error(text: string, properties: Properties = {}): void {
    this.#issue('error', text, properties);
  }

  /** Hides a value in all that follows. */
  hide(value: string): void {
    this.#issue('add-mask', value);
  }

  /** Lines of `work` folded under a title. */
  async group<Result>(title: string, work: () => Promise<Result> | Result): Promise<Result> {
    this.#issue('group', title);
    try {
      return await work();
    } finally {
      this.#issue('endgroup', '');
    }
  }

  /** A variable that every job has. */
  required(name: string): string {
    const value = this.env[name];
    if (value === undefined || value === '') throw new ActionFailure(`${name} is not defined`);
    return value;
  }

  get workspace(): string {
    return this.required('GITHUB_WORKSPACE');
  }

  /** A path relative to the workspace; `~` is the home folder. */
  path(text: string): string {
    return resolve(this.workspace, text.replace(/^~(?=$|\/)/, this.env['HOME'] ?? homedir()));
  }

  #issue(command: string, text: string, properties: Properties = {}): void {
    const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(value)}`);
    this.#print(`::${[command, list.join(',')].filter(Boolean).join(' ')}::${escapeData(text)}\n`);
  }

  #command(file: string, name: string, value: string): void {
    const delimiter = `ghadelimiter_${randomUUID()}`;
    appendFileSync(this.required(file), `${name}<<${delimiter}\n${value}\n${delimiter}\n`);
  }
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
