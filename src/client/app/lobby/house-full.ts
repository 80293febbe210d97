import type { CapacityEstimate, ClientError, QueuePlace } from '../../sdk/index.ts';
import { fill, h } from '../element.ts';

/** Further back than this, one's place is told in words alone. */
const MOST_SEATS = 12;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

interface HouseFullOptions {
  onLeave(): void;
}

/** Says that the server has no time for one more: where one stands in line, or why one was sent away. */
export function houseFull({ onLeave }: HouseFullOptions) {
  const title = h('h3', {});
  const line = h('div', { class: 'queue', 'aria-hidden': 'true', 'data-testid': 'queue' });
  const text = h('p', { 'data-testid': 'queue-text' });
  const fullness = h('p', { class: 'fine', 'data-testid': 'fullness' });
  const leave = h(
    'button',
    { class: 'button', type: 'button', 'data-testid': 'leave-queue', on: { click: onLeave } },
    'Leave the line',
  );
  const element = h(
    'section',
    { class: 'house-full', role: 'status', hidden: true, 'data-testid': 'house-full' },
    h('div', { class: 'house-full-words' }, title, line, text, fullness),
    leave,
  );
  return {
    element,
    waiting({ place, estimate }: QueuePlace): void {
      element.hidden = leave.hidden = line.hidden = false;
      title.textContent = place === 1 ? 'You are next.' : `You are number ${place} in line.`;
      text.textContent = `The house is full. Keep this page open: you go on as soon as somebody leaves${soon(estimate.waitMs)}.`;
      fullness.textContent = fullnessOf(estimate);
      // Those who are before, oneself, and the curtain that all look at.
      const seats = Math.min(place, MOST_SEATS);
      fill(
        line,
        h('span', { class: 'queue-door' }),
        ...Array.from({ length: seats }, (_, i) =>
          h('span', { class: i === seats - 1 ? 'queue-seat queue-you' : 'queue-seat' }),
        ),
      );
    },
    refused({ message, value }: ClientError): void {
      element.hidden = false;
      leave.hidden = line.hidden = true;
      title.textContent = 'The house is full.';
      text.textContent = message;
      const estimate = value as CapacityEstimate | undefined;
      fullness.textContent = estimate?.waitMs
        ? `A place is free${soon(estimate.waitMs)}.`
        : 'Try again in a while.';
    },
    hide(): void {
      element.hidden = true;
    },
  };
}

function fullnessOf({ sessions, capacity, frameMs, budgetMs }: CapacityEstimate): string {
  const places = `${sessions} of about ${Math.max(sessions, capacity)} places are taken.`;
  return frameMs > budgetMs
    ? `${places} With one more, a frame could take ${Math.round(frameMs)} ms of its ${Math.round(budgetMs)}.`
    : places;
}

function soon(wait: number | null): string {
  if (wait === null) return '';
  if (wait < MINUTE) return `, in about ${Math.max(5, Math.round(wait / SECOND / 5) * 5)} seconds`;
  const minutes = Math.round(wait / MINUTE);
  return `, in about ${minutes === 1 ? 'a minute' : `${minutes} minutes`}`;
}
