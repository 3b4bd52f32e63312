import type { RoadName } from '../ports/road.ts';
import type { Problem } from '../problems/problem.ts';

/** How one attempt to carry an entry ended. */
export type Carried =
  | { readonly outcome: 'stored'; readonly road: RoadName; readonly storedOn?: number }
  /** Too few storage nodes have it to count on: it is sent again. */
  | {
      readonly outcome: 'partly-stored';
      readonly road: RoadName;
      readonly storedOn: number;
      readonly of: number;
    }
  /** Try again, not before `retryAfter` milliseconds have passed. */
  | { readonly outcome: 'later'; readonly retryAfter: number; readonly problem?: Problem }
  /** The road does not take this device in at present; it tells when it does. */
  | { readonly outcome: 'waiting' }
  /** Nothing to do until the user has done something. */
  | { readonly outcome: 'held'; readonly problem: Problem }
  /** `nobody`: no road knows an account with this ID, and we never had its record. */
  | { readonly outcome: 'failed'; readonly problem: Problem; readonly nobody?: true }
  /** It was taken back meanwhile. */
  | { readonly outcome: 'gone' };

/** How one attempt by one road ended. */
export type CarriedByRoad =
  | Exclude<Carried, { outcome: 'waiting' }>
  /** It may have arrived or not; the same may go by another road. */
  | { readonly outcome: 'unanswered' }
  /** The road knows no account with this ID. */
  | { readonly outcome: 'nobody' }
  /** The road says that it will never take this message; another one may. */
  | { readonly outcome: 'refused'; readonly tooLarge: boolean };
