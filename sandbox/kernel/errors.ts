/** One entry of `errors` in GitHub's 422 body: https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api */
export interface FieldError {
  readonly resource: string;
  readonly field?: string;
  readonly code:
    'missing' | 'missing_field' | 'invalid' | 'already_exists' | 'unprocessable' | 'custom' | (string & {});
  readonly message?: string;
  readonly value?: unknown;
}

/** An answer that is not a success, in GitHub's form; thrown by whoever finds the reason, rendered by the pipeline. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly errors: readonly (FieldError | string)[] | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Further members of the body. */
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    message: string,
    more: {
      errors?: readonly (FieldError | string)[];
      headers?: Readonly<Record<string, string>>;
      extra?: Readonly<Record<string, unknown>>;
    } = {},
  ) {
    super(message);
    this.status = status;
    this.errors = more.errors;
    this.headers = more.headers ?? {};
    this.extra = more.extra ?? {};
  }
}

/** 404: it is not there, or the caller may not know that it is. */
export function notFound(): ApiError {
  return new ApiError(404, 'Not Found');
}

/** 422 with GitHub's field errors. */
export function validationFailed(...errors: readonly (FieldError | string)[]): ApiError {
  return new ApiError(422, 'Validation Failed', { errors });
}

/** 422 with a plain sentence, as the git data and pulls routes answer. */
export function unprocessable(message: string): ApiError {
  return new ApiError(422, message);
}

/** 403. The default sentence is the one for a user whose role is too low. */
export function forbidden(message = 'Must have admin rights to Repository.'): ApiError {
  return new ApiError(403, message);
}

/** 403 for tokens of Apps, fine-grained tokens and jobs that lack a permission. */
export function notAccessible(by: 'integration' | 'personal access token'): ApiError {
  return new ApiError(403, `Resource not accessible by ${by}`);
}

/** 401 for credentials that are nobody's. */
export function badCredentials(): ApiError {
  return new ApiError(401, 'Bad credentials');
}

/** 401 where a route needs somebody and nobody asked. */
export function requiresAuthentication(): ApiError {
  return new ApiError(401, 'Requires authentication');
}
