import type { CheckOutcome } from '../../pulls/checks.ts';
import { icon } from '../icons.ts';
import type { Html } from '../page.ts';

/** The drawing of how a check went. */
export function outcomeIcon(outcome: CheckOutcome): Html {
  switch (outcome) {
    case 'passing':
      return icon('success', 'passed', 'good');
    case 'failing':
      return icon('failure', 'failed', 'bad');
    case 'pending':
      return icon('running', 'not done yet', 'wait');
    case 'missing':
      return icon('pending', 'expected', 'dim');
  }
}
