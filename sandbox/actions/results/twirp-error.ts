/** Codes of https://twitchtv.github.io/twirp/docs/errors.html that these services use, with their HTTP status. */
const STATUS = {
  invalid_argument: 400,
  malformed: 400,
  unauthenticated: 401,
  permission_denied: 403,
  not_found: 404,
  bad_route: 404,
  already_exists: 409,
  failed_precondition: 412,
} as const;

export type TwirpCode = keyof typeof STATUS;

/** A call that is refused; the client shows `msg`. */
export class TwirpError extends Error {
  readonly code: TwirpCode;
  constructor(code: TwirpCode, message: string) {
    super(message);
    this.code = code;
  }

  get status(): number {
    return STATUS[this.code];
  }
}
