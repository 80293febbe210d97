/** One WebSocket as signaling sees it. Sending to one that is closed does nothing. */
export interface Socket {
  readonly bufferedBytes: number;
  send(text: string): void;
  ping(): void;
  /** Starts the closing handshake. */
  close(code: number, reason: string): void;
  /** Drops the connection. */
  terminate(): void;
}

/** What a WebSocket tells; `closed` comes once, and last. */
export interface SocketEvents {
  text(text: string): void;
  binary(): void;
  pong(): void;
  /** @param code RFC 6455 §7.4; 1006 when there was no closing handshake. */
  closed(code: number): void;
}
