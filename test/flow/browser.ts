import { type Browser, chromium } from 'playwright-core';
import { findChromium } from '../../src/commands/doctor/chromium.io.ts';

export interface BrowserOptions {
  /** A Y4M file that the fake camera loops; without one the browser's own test pattern. */
  readonly camera?: string;
  /** A WAV file that the fake microphone loops. */
  readonly microphone?: string;
}

/** A headless Chromium whose camera and microphone are files. The caller closes it. */
export async function launchBrowser(options: BrowserOptions = {}): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('no Chromium: run `npm test`, which installs one');
  return chromium.launch({
    executablePath,
    args: [
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      ...(options.camera ? [`--use-file-for-fake-video-capture=${options.camera}`] : []),
      ...(options.microphone ? [`--use-file-for-fake-audio-capture=${options.microphone}`] : []),
      '--autoplay-policy=no-user-gesture-required',
      // Loopback has no mDNS responder: candidates must be addresses.
      '--disable-features=WebRtcHideLocalIpsWithMdns',
      // Two pages share one screen; the hidden one must not be throttled.
      '--disable-background-timer-throttling',
      '--disable-backgrounding-occluded-windows',
      '--disable-renderer-backgrounding',
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  });
}
