import { digestOf } from '../contracts/digest.ts';
import { Entry, type Person } from '../contracts/entry.ts';
import { COMMANDS, usage } from './commands.ts';
import { commandLines, LONGEST_COMMENT, MOST_COMMANDS } from './comment-lines.ts';
import type { CommandLine } from './comment-lines.ts';
import { firstOfKey, requestKey } from './keys.ts';
import { parseCommand } from './parse-command.ts';
import type { Typed } from './parse-command.ts';
import { REQUEST_KINDS } from './types.ts';
import type { PromotionConfig, Request, RequestKind, RequestSource, Unmet } from './types.ts';

/** A label was put on or taken off. */
export interface LabelEvent {
  readonly id: number;
  readonly label: string;
  readonly action: 'labeled' | 'unlabeled';
  readonly actor: Person;
  /** The actor is an App. */
  readonly bot: boolean;
  /** ISO. */
  readonly at: string;
}

export interface CommentEvent {
  readonly id: number;
  readonly author: Person;
  /** The author is an App. */
  readonly bot: boolean;
  readonly body: string;
  /** ISO, as GitHub gives them: equal for a comment that was never edited. */
  readonly created: string;
  readonly updated: string;
  readonly url: string;
}

/** What was typed or labelled and cannot be a request. */
export interface RefusedText {
  readonly source: RequestSource;
  readonly actor: Person;
  readonly at: string;
  /** Requests that it would have been: those that the log has recorded before an edit need no reply. */
  readonly keys: readonly string[];
  readonly unmet: Unmet;
}

/** A command that asks for no entry of the log. */
export interface Asked {
  readonly command: 'status' | 'retrain' | 'monitor' | 'help';
  readonly key: string;
  readonly model: string | null;
  readonly actor: Person;
  readonly source: RequestSource;
  readonly at: string;
}

export interface Conversation {
  /** Id of the repository. */
  readonly repository: number;
  readonly issue: { readonly number: number; readonly isPull: boolean };
  /** All of the issue, in any order. */
  readonly labelEvents: readonly LabelEvent[];
  /**
   * The labels on it now: of others no event counts, as a label that was deleted or renamed leaves no event behind. Left
   * out: as the events have it.
   */
  readonly labels?: readonly string[];
  readonly comments: readonly CommentEvent[];
  /** Declared names, for suggestions only. */
  readonly config?: PromotionConfig;
}

export interface Heard {
  readonly requests: readonly Request[];
  readonly refused: readonly RefusedText[];
  /** Commands that ask for no entry: status, retrain, monitor. */
  readonly asked: readonly Asked[];
  /** Who asked for help. */
  readonly help: readonly Asked[];
}

/**
 * The requests that labels and comments of an issue or pull request make. Nobody's authority is looked at here: that is
 * {@link decide}'s. Bots are not heard, edited comments are void, and of a label only its newest `labeled` event counts,
 * while the label is still there.
 */
export function requestsFrom(conversation: Conversation): Heard {
  const present = conversation.labels?.map((label) => label.toLowerCase());
  const heard = conversation.labelEvents
    .filter(({ label }) => present?.includes(label.toLowerCase()) ?? true)
    .sort((left, right) => left.id - right.id)
    .reduce((last, event) => last.set(event.label.toLowerCase(), event), new Map<string, LabelEvent>());
  const parts = [
    ...[...heard.values()].map((event) => fromLabel(conversation, event)),
    ...[...conversation.comments]
      .sort((left, right) => left.id - right.id)
      .map((comment) => fromComment(conversation, comment)),
  ];
  const asked = parts.flatMap((part) => part.asked);
  return {
    requests: parts.flatMap((part) => part.requests),
    refused: parts.flatMap((part) => part.refused),
    asked: asked.filter(({ command }) => command !== 'help'),
    help: asked.filter(({ command }) => command === 'help'),
  };
}

interface Piece {
  readonly requests: readonly Request[];
  readonly refused: readonly RefusedText[];
  readonly asked: readonly Asked[];
}
const SILENCE: Piece = { requests: [], refused: [], asked: [] };

function fromLabel({ repository, issue }: Conversation, event: LabelEvent): Piece {
  const match = /^(promote|approve):\s*(.*)$/iu.exec(event.label.trim());
  if (event.action === 'unlabeled' || event.bot || match === null) return SILENCE;
  const kind = match[1]!.toLowerCase() === 'promote' ? 'promote' : 'approve';
  const stage = match[2]!;
  const { actor, at } = event;
  const source = { via: 'label', event: event.id, issue: issue.number, pull: issue.isPull, line: 0 } as const;
  if (!Entry.shape.model.safeParse(stage).success) {
    const unmet: Unmet = {
      rule: 'syntax',
      message: `A label \`${kind}:\` names a stage.`,
      satisfy: `Put the label \`${kind}:STAGE\` on the pull request, with a stage of slipway.yaml.`,
    };
    return { ...SILENCE, refused: [{ source, actor, at, keys: [], unmet }] };
  }
  const asked = { kind, model: null, version: null, stage, reason: null, actor, source, at } as const;
  const key = requestKey(repository, asked);
  return { ...SILENCE, requests: [{ key, ...asked }] };
}

function fromComment(conversation: Conversation, comment: CommentEvent): Piece {
  if (comment.bot) return SILENCE;
  const { commands, below } = commandLines(comment.body);
  const pieces = commands.slice(0, MOST_COMMANDS).map((line) => fromLine(conversation, comment, line));
  const all: Piece = {
    requests: firstOfKey(pieces.flatMap(({ requests }) => requests)),
    refused: pieces.flatMap(({ refused }) => refused),
    asked: firstOfKey(pieces.flatMap(({ asked }) => asked)),
  };
  const trouble = wholeTrouble(comment, commands.length);
  if (trouble !== null) {
    const heardNothing = all.requests.length + all.refused.length + all.asked.length === 0;
    const keys = [...all.requests, ...all.asked].map(({ key }) => key);
    return heardNothing
      ? SILENCE
      : { ...SILENCE, refused: [refusal(conversation, comment, 1, trouble, keys)] };
  }
  const hidden = below.find(({ name }) => COMMANDS.some((command) => command.name === name));
  if (hidden === undefined) return all;
  return { ...all, refused: [...all.refused, refusal(conversation, comment, hidden.line, late(hidden), [])] };
}

/** What makes a whole comment void. */
function wholeTrouble(comment: CommentEvent, commands: number): Unmet | null {
  if (comment.created !== comment.updated) {
    return {
      rule: 'edited',
      message: 'This comment was edited after it was written, so it counts for nothing.',
      satisfy: 'Write the command in a new comment.',
    };
  }
  if (comment.body.length <= LONGEST_COMMENT && commands <= MOST_COMMANDS) return null;
  return {
    rule: 'syntax',
    message: `A comment holds at most ${MOST_COMMANDS} commands and ${LONGEST_COMMENT} characters.`,
    satisfy: 'Write fewer commands, or several comments.',
  };
}

function late({ name }: CommandLine): Unmet {
  const command = COMMANDS.find((one) => one.name === name)!;
  return {
    rule: 'syntax',
    message: `\`/${name}\` stands below other text, where commands are not read.`,
    satisfy: `Write \`${usage(command)}\` at the top of a new comment.`,
  };
}

function sourceOf({ issue }: Conversation, comment: CommentEvent, line: number): RequestSource {
  return { via: 'comment', event: comment.id, issue: issue.number, pull: issue.isPull, line };
}

function refusal(
  conversation: Conversation,
  comment: CommentEvent,
  line: number,
  unmet: Unmet,
  keys: readonly string[],
): RefusedText {
  const source = sourceOf(conversation, comment, line);
  return { source, actor: comment.author, at: comment.created, keys, unmet };
}

function fromLine(conversation: Conversation, comment: CommentEvent, line: CommandLine): Piece {
  const typed = parseCommand(line, conversation.config ?? {});
  if (typed === null) return SILENCE;
  if ('rule' in typed) {
    return { ...SILENCE, refused: [refusal(conversation, comment, line.line, typed, [])] };
  }
  const { repository } = conversation;
  const source = sourceOf(conversation, comment, line.line);
  const said = { actor: comment.author, source, at: comment.created };
  const { name, ...words } = typed;
  const kind = requestKind(name);
  if (kind !== null) {
    const request = { kind, ...words, ...said };
    return { ...SILENCE, requests: [{ key: requestKey(repository, request), ...request }] };
  }
  const command = name as Asked['command'];
  const key = digestOf([repository, command, 'comment', comment.id, words.model]);
  return { ...SILENCE, asked: [{ command, key, model: words.model, ...said }] };
}

function requestKind(name: Typed['name']): RequestKind | null {
  return REQUEST_KINDS.find((kind) => kind === name) ?? null;
}
