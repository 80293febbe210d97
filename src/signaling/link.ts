import type { ServerMessage } from './protocol.ts';
import type { Refusal } from './refusal.ts';

/** The way to one client; nothing happens when the connection is gone. */
export interface Link {
  readonly open: boolean;
  send(message: ServerMessage): void;
  /** Sends an error; a fatal one closes the connection. */
  refuse(refusal: Refusal, fatal: boolean): void;
}
