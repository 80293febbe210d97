import type { AvatarSession, AvatarStats, LatencyLeg } from '../../sdk/index.ts';
import { fill, h } from '../element.ts';
import { bitrate, milliseconds, percent, rate } from './format.ts';
import { frameTimeChart } from './frame-time-chart.ts';
import { record } from './history.ts';
import { levelStrip } from './level-strip.ts';
import { sparkline } from './sparkline.ts';
import { stackedBar } from './stacked-bar.ts';
import { stageClass } from './stage-colour.ts';

const LEGS: Readonly<Record<LatencyLeg['leg'], string>> = {
  encode: 'your encoder',
  'network-up': 'way there',
  server: 'server',
  'network-down': 'way back',
  buffer: 'jitter buffer',
  decode: 'your decoder',
};

/** What the avatar costs, second by second: where each frame's time went, frame rates, latency, network. */
export function livePanel(session: AvatarSession) {
  const chart = frameTimeChart();
  const levels = levelStrip();
  const stages = stackedBar('Time of one frame in the server', 'stage-bar');
  const way = stackedBar('From your camera to your screen', 'latency-bar');
  const added = sparkline('added latency', 'added-latency');
  const fpsIn = sparkline('frames in', 'fps-in');
  const fpsOut = sparkline('frames out', 'fps-out');
  const shown = sparkline('frames shown', 'fps-shown');
  const total = h('b', { 'data-testid': 'glass-to-glass' });
  const figures = h('dl', { class: 'figures' });
  const drops = h('dl', { class: 'figures', 'data-testid': 'drops' });
  let history: readonly AvatarStats[] = [];
  const stop = session.on('stats', show);
  const body = h(
    'div',
    { class: 'panel-body', hidden: true },
    h('h3', {}, 'Where each frame’s time went'),
    chart.element,
    stages.element,
    h('h3', {}, 'Every frame on time?'),
    levels.element,
    h('div', { class: 'sparks' }, added.element, fpsIn.element, fpsOut.element, shown.element),
    h('h3', {}, 'Camera to screen, estimated ', total),
    way.element,
    h('h3', {}, 'Line'),
    figures,
    h('h3', {}, 'Frames not rendered'),
    drops,
  );
  const waiting = h('p', { class: 'fine', role: 'status' }, 'Waiting for the first figures…');
  return {
    element: h('section', { class: 'panel', 'aria-label': 'Live figures' }, waiting, body),
    dispose: stop,
  };

  function show(stats: AvatarStats): void {
    const { server, browser, latency } = stats;
    history = record(history, stats);
    if (!server) return;
    waiting.hidden = true;
    body.hidden = false;
    const served = history.flatMap((sample) => sample.server ?? []);
    chart.show(
      served.map(({ stagesMs }) => stagesMs),
      server.frameBudgetMs,
    );
    levels.show(served);
    stages.show(
      Object.entries(server.stagesMs).map(([name, ms]) => ({
        name,
        ms,
        className: stageClass(name),
      })),
      server.frameBudgetMs,
    );
    const { p50, p95 } = server.addedLatencyMs;
    added.show(
      history.map((sample) => sample.server?.addedLatencyMs.p50 ?? null),
      `${Math.round(p50)} ms, p95 ${Math.round(p95)}`,
      40,
    );
    fpsIn.show(
      history.map((sample) => sample.server?.fpsIn ?? null),
      rate(server.fpsIn),
      30,
    );
    fpsOut.show(
      history.map((sample) => sample.server?.fpsOut ?? null),
      rate(server.fpsOut),
      30,
    );
    shown.show(
      history.map((sample) => sample.browser.fpsReceived),
      rate(browser.fpsReceived),
      30,
    );
    showLatency(latency);
    showFigures(stats);
    showDrops(server.drops, browser.framesDropped);
  }

  function showLatency(latency: readonly LatencyLeg[] | null): void {
    const sum = latency?.reduce((all, { ms }) => all + ms, 0);
    total.textContent = milliseconds(sum);
    way.show(
      (latency ?? []).map(({ leg, ms }) => ({ name: LEGS[leg], ms, className: `leg-${leg}` })),
      null,
    );
  }

  function showFigures({ server, browser }: AvatarStats): void {
    fill(
      figures,
      ...pair('bitrate to the server', bitrate(browser.bitrateSentBps ?? server?.bitrateInBps)),
      ...pair(
        'bitrate from the server',
        bitrate(browser.bitrateReceivedBps ?? server?.bitrateOutBps),
      ),
      ...pair('loss there / back', `${percent(server?.lossIn)} / ${percent(browser.lossReceived)}`),
      ...pair('round trip', milliseconds(browser.rttMs ?? server?.rttMs)),
      ...pair('jitter', milliseconds(browser.jitterMs)),
      ...pair(
        'codec there / back',
        `${browser.codecSent ?? server?.codecIn ?? '–'} / ${browser.codecReceived ?? server?.codecOut ?? '–'}`,
      ),
      ...pair(
        'picture',
        browser.width && browser.height ? `${browser.width} × ${browser.height}` : '–',
      ),
      ...pair('lip sync error', milliseconds(server?.lipSyncErrorMs)),
      ...pair('engine', server ? `${server.engine} on ${server.device}` : '–'),
    );
  }

  function showDrops(reasons: Readonly<Record<string, number>>, late: number | null): void {
    const rows = [
      ...Object.entries(reasons),
      ...(late === null ? [] : [['late in the browser', late] as const]),
    ];
    const some = rows.filter(([, count]) => count > 0);
    fill(
      drops,
      ...(some.length === 0
        ? pair('none', '0')
        : some.flatMap(([reason, count]) => pair(reason, String(count)))),
    );
  }
}

function pair(name: string, value: string): readonly HTMLElement[] {
  return [h('dt', {}, name), h('dd', {}, value)];
}
