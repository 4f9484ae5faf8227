import { TwirpError } from './twirp-error.ts';

/** A request message in protobuf's JSON form: field names in either spelling, numbers of 64 bits as text. */
export class Fields {
  readonly #values: Readonly<Record<string, unknown>>;
  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }

  #get(name: string): unknown {
    return (
      this.#values[name] ?? this.#values[name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())]
    );
  }

  /** Text; empty where it is missing, as protobuf has it. */
  text(name: string): string {
    return this.optional(name) ?? '';
  }

  optional(name: string): string | undefined {
    const value = this.#get(name);
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string') throw new TwirpError('malformed', `${name} is not text`);
    return value;
  }

  /** Text that may not be empty. */
  required(name: string): string {
    const value = this.text(name);
    if (value === '') throw new TwirpError('invalid_argument', `${name} is required`);
    return value;
  }

  /** A number, as text or as number. */
  number(name: string): number | undefined {
    const value = this.#get(name);
    if (value === undefined || value === null) return undefined;
    const number = typeof value === 'string' && value !== '' ? Number(value) : value;
    if (!Number.isSafeInteger(number)) throw new TwirpError('malformed', `${name} is not a number`);
    return number as number;
  }

  list(name: string): readonly string[] {
    const value = this.#get(name) ?? [];
    if (!Array.isArray(value) || value.some((item) => typeof item !== 'string')) {
      throw new TwirpError('malformed', `${name} is not a list of texts`);
    }
    return value as string[];
  }
}
