import { openCapture } from './capture.io.ts';
import { ClientError } from './client-error.ts';
import { type JoinOptions, resolveOptions } from './options.ts';
import { AvatarSession } from './session.ts';

/**
 * Joins a room as an identity. Resolves when media get through and the own avatar's picture is in
 * `session.stream`, ready to be shown or handed to another call.
 * @throws ClientError `invalid_option`, what opening a camera throws, `unreachable`, `media_failed`,
 * `aborted`, or the server's refusal. Nothing stays open then.
 */
export async function joinAsAvatar(options: JoinOptions): Promise<AvatarSession> {
  const resolved = resolveOptions(options);
  const { signal } = resolved;
  if (signal?.aborted) throw aborted(signal);
  const capture = await openCapture(resolved.camera, resolved.microphone, resolved.url);
  if (signal?.aborted) {
    capture.release();
    throw aborted(signal);
  }
  const session = new AvatarSession(resolved, capture);
  signal?.addEventListener('abort', () => session.leave(), { once: true });
  return new Promise((resolve, reject) => {
    const settle = (done: () => void) => {
      for (const stop of listeners) stop();
      done();
    };
    // The tracks are agreed on before anybody knows whether media will find a way.
    const resolveWhenReady = () => {
      const hasPicture = session.stream.getVideoTracks().length > 0;
      if (session.state === 'live' && hasPicture) settle(() => resolve(session));
    };
    const listeners = [
      session.on('queued', (place) => options.onQueued?.(place)),
      session.on('tracks-changed', resolveWhenReady),
      session.on('state', resolveWhenReady),
      session.on('closed', (error) => settle(() => reject(error ?? aborted(signal)))),
    ];
  });
}

function aborted(signal: AbortSignal | undefined): ClientError {
  return new ClientError('aborted', 'Joining was stopped.', { cause: signal?.reason });
}
