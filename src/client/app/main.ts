import { type AvatarSession, Identities, joinAsAvatar } from '../sdk/index.ts';
import { callView } from './call/call-view.ts';
import { Cast } from './cast.ts';
import { Driver } from './driver.io.ts';
import { type JoinRequest, lobby, type Waiting } from './lobby/lobby.ts';
import { themeToggle } from './theme.ts';
import { sentence, toast } from './toast.ts';

declare global {
  /** With `?test` in the address: what a test drives the page with. */
  var understudy:
    | { session: AvatarSession | null; readonly joinAsAvatar: typeof joinAsAvatar }
    | undefined;
}

const server = new URL('/', location.href);
const cast = new Cast(new Identities(server));
const driver = new Driver(server);
const place = document.querySelector<HTMLElement>('#stage');
let view: { readonly element: HTMLElement; dispose(): void } | null = null;

if (new URLSearchParams(location.search).has('test'))
  globalThis.understudy = { session: null, joinAsAvatar };
document.querySelector('#masthead-tools')?.append(themeToggle());
showLobby();
void cast.load();
void reopenCamera();

function show(next: NonNullable<typeof view>, title: string): void {
  const isFirst = view === null;
  view?.dispose();
  view = next;
  document.title = title;
  place?.replaceChildren(next.element);
  // What had the focus is gone; reading goes on at the top of what is new.
  if (!isFirst) place?.focus();
}

function showLobby(): void {
  document.body.dataset.view = 'lobby';
  show(lobby({ cast, driver, onJoin: join }), 'Understudy');
}

async function join({ room, name, identity }: JoinRequest, waiting: Waiting): Promise<void> {
  if (driver.state.kind !== 'live') return;
  const camera = driver.state.stream;
  const session = await joinAsAvatar({ url: server, room, name, identity, camera, ...waiting });
  if (globalThis.understudy) globalThis.understudy.session = session;
  document.body.dataset.view = 'call';
  show(callView({ session, cast, driver, room }), `${room} · Understudy`);
  session.on('closed', (error) => {
    if (error) toast(sentence(error), 'error');
    if (globalThis.understudy) globalThis.understudy.session = null;
    showLobby();
    void cast.load();
  });
}

/** A visitor who has allowed the camera before is not asked to press a button for it. */
async function reopenCamera(): Promise<void> {
  try {
    const { state } = await navigator.permissions.query({ name: 'camera' });
    if (state === 'granted' && driver.state.kind === 'off') await driver.openCamera();
  } catch (error) {
    console.info('Whether the camera is allowed is not told by this browser:', error);
  }
}
