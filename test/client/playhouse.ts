import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { build } from 'vite';
import { expect } from 'vitest';
import { launchBrowser } from '../flow/browser.ts';
import { runFakeMedia } from './fake-media.ts';
import { FakeServer } from './fake-server.ts';

const CONFIG = fileURLToPath(new URL('../../src/client/vite.config.ts', import.meta.url));

/** The built app, a fake server with media, and a browser to look at it with. The caller closes it. */
export class Playhouse {
  readonly server: FakeServer;
  readonly url: string;
  /** What any page did that the page must never do: CSP violations, foreign requests, uncaught errors. */
  readonly offences: string[] = [];
  readonly #browser: Browser;
  readonly #folder: string;
  readonly #contexts: BrowserContext[] = [];

  private constructor(server: FakeServer, url: string, browser: Browser, folder: string) {
    this.server = server;
    this.url = url;
    this.#browser = browser;
    this.#folder = folder;
  }

  static async open(): Promise<Playhouse> {
    const folder = await mkdtemp(join(tmpdir(), 'understudy-web-'));
    const outDir = join(folder, 'web');
    await build({ configFile: CONFIG, logLevel: 'error', build: { outDir } });
    const server = new FakeServer(outDir);
    const url = await server.listen();
    const browser = await launchBrowser();
    const media = await browser.newPage();
    await media.goto(`${url}/fake-media`);
    await media.evaluate(runFakeMedia, `${url.replace('http', 'ws')}/fake-media`);
    return new Playhouse(server, url, browser, folder);
  }

  /** A page of a person of their own: other storage, other permissions than the others. */
  async visit(
    options: { path?: string; width?: number; height?: number; script?: () => void } = {},
  ): Promise<Page> {
    const { path = '/?test#room=friday', width = 1280, height = 800 } = options;
    const context = await this.#browser.newContext({
      viewport: { width, height },
      permissions: ['camera', 'microphone'],
    });
    this.#contexts.push(context);
    if (options.script) await context.addInitScript(options.script);
    const page = await context.newPage();
    this.#watch(page);
    await page.goto(this.url + path);
    return page;
  }

  /** Fills in the lobby and goes on stage. */
  async join(
    name: string,
    identity: string,
    options: Parameters<Playhouse['visit']>[0] = {},
  ): Promise<Page> {
    const page = await this.visit(options);
    await page.getByTestId(`identity-${identity}`).click();
    await page.getByTestId('name').fill(name);
    await page.getByText(/^You will be seen as/).waitFor();
    await page.getByTestId('join').click();
    await page.getByTestId('call').waitFor();
    return page;
  }

  /** Everyone goes home; the server stays. Fails the test in which a page or a client did what it must not. */
  async sweep(): Promise<void> {
    this.server.comeBack();
    for (const context of this.#contexts.splice(0)) await context.close();
    this.server.received.splice(0);
    const offences = this.offences.splice(0);
    expect([...offences, ...this.server.violations.splice(0)]).toEqual([]);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.server.close();
    await rm(this.#folder, { recursive: true });
  }

  #watch(page: Page): void {
    page.on('pageerror', (error) => this.offences.push(`uncaught: ${error.message}`));
    page.on('console', (message) => {
      if (/Content.Security.Policy/i.test(message.text())) this.offences.push(message.text());
    });
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (/^(blob|data):$/.test(protocol) || origin === this.url) return;
      this.offences.push(`foreign request: ${request.url()}`);
    });
  }
}
