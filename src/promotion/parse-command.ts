import { Entry } from '../contracts/entry.ts';
import { COMMANDS, usage } from './commands.ts';
import type { Command, CommandName, Part } from './commands.ts';
import type { CommandLine } from './comment-lines.ts';
import { quoted } from './finding.ts';
import { nearest } from './nearest.ts';
import type { PromotionConfig, Unmet } from './types.ts';

/** Longest reason, in characters: what an entry of the log takes. */
const REASON = 1000;

/** A command that was typed as it should be. */
export interface Typed {
  readonly name: CommandName;
  readonly model: string | null;
  readonly version: string | null;
  readonly stage: string | null;
  readonly reason: string | null;
}

/**
 * A command line by the table of commands, or what is wrong with it and what to type instead; null for a command that is
 * none of ours, as other bots read the same comments. `config` is only for suggestions.
 */
export function parseCommand(line: CommandLine, config: PromotionConfig): Typed | Unmet | null {
  const command = COMMANDS.find(({ name }) => name === line.name);
  if (command === undefined) return unknownCommand(line);
  if (line.trouble !== null) return wrong(line.trouble, command, line, config);
  const typed: Record<'model' | 'version' | 'stage' | 'reason', string | null> = {
    model: null,
    version: null,
    stage: null,
    reason: null,
  };
  const args = [...line.args];
  for (const part of command.parts) {
    const text = part === 'reason' ? args.splice(0).join(' ') : (args.shift() ?? '');
    if (text === '' && part.endsWith('?')) continue;
    const parsed = parsePart(part, text);
    if (typeof parsed === 'string') return wrong(parsed, command, line, config);
    Object.assign(typed, parsed);
  }
  if (args.length > 0) return wrong(`\`${quoted(args[0]!)}\` is one word too many.`, command, line, config);
  return { name: command.name, ...typed };
}

/** Words that people bring from elsewhere. */
const OTHER_WORDS: Readonly<Record<string, CommandName>> = {
  deploy: 'promote',
  release: 'promote',
  revert: 'rollback',
  undo: 'rollback',
  thaw: 'unfreeze',
  train: 'retrain',
};

function unknownCommand({ name }: CommandLine): Unmet | null {
  const names = COMMANDS.map((command) => command.name);
  const near = Object.hasOwn(OTHER_WORDS, name) ? OTHER_WORDS[name]! : nearest(name, names);
  const meant = COMMANDS.find((command) => command.name === near);
  if (meant === undefined) return null;
  return {
    rule: 'unknown-command',
    message: `There is no command \`/${quoted(name)}\`.`,
    satisfy: `Did you mean \`${usage(meant)}\`? \`/help\` lists all commands.`,
  };
}

/** Members of a typed command, or what is wrong. */
function parsePart(part: Part, text: string): Partial<Typed> | string {
  switch (part) {
    case 'stage':
      return nameProblem('stage', text) ?? { stage: text };
    case 'model':
    case 'model?':
      return nameProblem('model', text) ?? { model: text };
    case 'version?': {
      const version = versionName(text);
      return version === null ? `\`${quoted(text)}\` is no version: it looks like v1.2.3.` : { version };
    }
    case 'reason':
      if (text.trim() === '') return 'The reason is missing.';
      return text.length > REASON ? `The reason is longer than ${REASON} characters.` : { reason: text };
    case 'model@version':
    case 'model[@version]':
      return parseVersioned(text, part === 'model@version');
  }
}

function parseVersioned(text: string, needed: boolean): Partial<Typed> | string {
  const at = text.lastIndexOf('@');
  const model = at === -1 ? text : text.slice(0, at);
  const problem = nameProblem('model', model);
  if (problem !== null) return problem;
  if (at === -1) return needed ? 'An approval names the version that it approves.' : { model };
  const version = versionName(text.slice(at + 1));
  return version === null
    ? `\`${quoted(text.slice(at + 1))}\` is no version: it looks like v1.2.3.`
    : { model, version };
}

function nameProblem(what: 'model' | 'stage', text: string): string | null {
  if (text === '') return `The ${what} is missing.`;
  return Entry.shape.model.safeParse(text).success ? null : `\`${quoted(text)}\` is no name of a ${what}.`;
}

/** `v1.2.3`, also from `1.2.3`; null for what is no semantic version. */
function versionName(text: string): string | null {
  const named = /^\d/u.test(text) ? `v${text}` : text;
  return Entry.shape.version.unwrap().safeParse(named).success ? named : null;
}

function wrong(message: string, command: Command, line: CommandLine, config: PromotionConfig): Unmet {
  const satisfy = `Type \`${usage(command)}\`${example(command, line, config)}.`;
  return { rule: 'syntax', message, satisfy };
}

/** `, for example /promote churn staging`, from the words that were typed and the names that are declared. */
function example(command: Command, line: CommandLine, config: PromotionConfig): string {
  const models = Object.keys(config);
  const word = line.args[0]?.split('@')[0] ?? '';
  const model = models.find((name) => name === word) ?? nearest(word, models) ?? models[0];
  if (model === undefined || command.parts.length === 0) return '';
  const stages = Object.keys(config[model]!);
  const stage = stages.find((name) => line.args.includes(name)) ?? stages[0];
  if (stage === undefined) return '';
  const shown: Readonly<Record<Part, string>> = {
    model,
    'model?': model,
    'model@version': `${model}@v1.2.3`,
    'model[@version]': model,
    stage,
    'version?': '',
    reason: '"reason"',
  };
  const words = command.parts.map((part) => shown[part]).filter((text) => text !== '');
  return `, for example \`/${command.name} ${words.join(' ')}\``;
}
