import { ZodError } from 'zod';

import type { ApiResponse } from '../kernel/message.ts';
import type { FaultConfigInput } from './config.ts';
import type { Faults } from './faults.ts';

/**
 * The door by which faults are switched while the sandbox runs: GET tells configuration and calls, PUT sets the
 * configuration and clears the log, DELETE switches everything off.
 */
export function faultsDoor(faults: Faults, method: string, body: string): ApiResponse {
  switch (method) {
    case 'GET':
      return answer(200, { config: faults.config, calls: faults.log.list() });
    case 'PUT':
      try {
        const config = faults.configure(JSON.parse(body) as FaultConfigInput);
        faults.log.clear();
        return answer(200, { config });
      } catch (error) {
        return answer(422, { message: problem(error) });
      }
    case 'DELETE':
      faults.off();
      return { status: 204, headers: {} };
    default:
      return answer(405, { message: `${method} is not one of GET, PUT, DELETE` });
  }
}

function problem(error: unknown): string {
  if (!(error instanceof ZodError)) return 'the body is no JSON';
  return error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n');
}

function answer(status: number, body: unknown): ApiResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  };
}
