/**
 * A client as docs/signaling.md lets one be written: it knows the page, and nothing of the
 * server's code. It has no media; its descriptions are texts.
 */
export class ScriptedClient {
  readonly #socket: WebSocket;
  readonly #received: Record<string, unknown>[] = [];
  readonly #waiting: { type: string; resolve: (message: Record<string, unknown>) => void }[] = [];
  readonly opened: Promise<void>;
  readonly closed: Promise<{ code: number; reason: string }>;

  constructor(url: string) {
    this.#socket = new WebSocket(url);
    this.opened = new Promise((resolve) => {
      this.#socket.onopen = () => resolve();
    });
    this.closed = new Promise((resolve) => {
      this.#socket.onclose = ({ code, reason }) => resolve({ code, reason });
    });
    this.#socket.onmessage = ({ data }) => this.#take(JSON.parse(data));
  }

  send(message: Record<string, unknown>): void {
    this.#socket.send(JSON.stringify(message));
  }

  /** The next message of a type, of those that came before or will come. */
  next(type: string): Promise<Record<string, unknown>> {
    const index = this.#received.findIndex((message) => message.type === type);
    const [message] = index < 0 ? [] : this.#received.splice(index, 1);
    if (message !== undefined) return Promise.resolve(message);
    return new Promise((resolve) => {
      this.#waiting.push({ type, resolve });
    });
  }

  /** The page is closed, or `code` says otherwise. */
  close(code = 1000): void {
    this.#socket.close(code);
  }

  #take(message: Record<string, unknown>): void {
    const index = this.#waiting.findIndex(({ type }) => type === message.type);
    const [waiting] = index < 0 ? [] : this.#waiting.splice(index, 1);
    if (waiting === undefined) this.#received.push(message);
    else waiting.resolve(message);
  }
}
