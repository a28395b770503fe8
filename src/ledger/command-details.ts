import type { Command } from '../model/facts.ts';

/** What few commands say beside what all do. */
export type CommandDetails = Pick<
  Command,
  | 'moveDestination'
  | 'moveOriginator'
  | 'moveOriginatorMessageId'
  | 'remaining'
  | 'completed'
  | 'failed'
  | 'warning'
  | 'eventType'
  | 'actionType'
>;

/** To be kept of a command, whose fact is gone once it was stated; null for nothing, as of nearly all. */
export function detailsOf(command: Command | null): CommandDetails | null {
  if (command === null) return null;
  const { moveDestination, moveOriginator, moveOriginatorMessageId, eventType, actionType } = command;
  const { remaining, completed, failed, warning } = command;
  const moves = moveDestination ?? moveOriginator ?? moveOriginatorMessageId;
  if ((moves ?? eventType ?? actionType ?? remaining ?? completed ?? failed ?? warning) === null) return null;
  return {
    moveDestination,
    moveOriginator,
    moveOriginatorMessageId,
    remaining,
    completed,
    failed,
    warning,
    eventType,
    actionType,
  };
}
