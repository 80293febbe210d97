import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { findChromium } from '../../../src/commands/doctor/chromium.io.ts';
import type { Picture } from '../../../src/pipeline/picture.ts';

const TASKS_VISION = fileURLToPath(
  new URL('../../../node_modules/@mediapipe/tasks-vision/', import.meta.url),
);
const TYPES: Record<string, string> = {
  '.mjs': 'text/javascript',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
  '.html': 'text/html',
};

/** What MediaPipe itself sees in one picture. */
export interface OracleFace {
  /** x, y, z interleaved, in pixels. */
  readonly points: Float32Array;
  readonly blendshapes: Float32Array;
}

/** MediaPipe's own face landmarker, run in Chromium; close it. */
export interface MediapipeOracle {
  faces(picture: Picture): Promise<OracleFace[]>;
  close(): Promise<void>;
}

/** Chromium is allowed to reach this loopback server alone: the library's telemetry is refused. */
export async function openMediapipeOracle(task: string): Promise<MediapipeOracle> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    const file = path === '/model.task' ? task : join(TASKS_VISION, path);
    const body = path === '/' ? Promise.resolve('<!doctype html>') : readFile(file);
    body.then(
      (bytes) => {
        const type =
          TYPES[extname(path)] ?? (path === '/' ? 'text/html' : 'application/octet-stream');
        response.writeHead(200, { 'content-type': type }).end(bytes);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('no Chromium on this machine');
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--enable-unsafe-swiftshader', '--disable-gpu-vsync'],
  });
  const close = async () => {
    await browser.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  try {
    const page = await browser.newPage();
    await page.route('**/*', (route) =>
      route.request().url().startsWith(origin) ? route.continue() : route.abort(),
    );
    await page.goto(origin);
    await page.evaluate(PREPARE);
    return {
      async faces({ width, height, rgba }) {
        const base64 = Buffer.from(rgba.buffer, rgba.byteOffset, rgba.byteLength).toString(
          'base64',
        );
        const result = (await page.evaluate(
          `detect(${width}, ${height}, ${JSON.stringify(base64)})`,
        )) as { points: number[]; blendshapes: number[] }[];
        return result.map(({ points, blendshapes }) => ({
          points: Float32Array.from(points),
          blendshapes: Float32Array.from(blendshapes),
        }));
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Page code, as text: it is not compiled against the browser's types. */
const PREPARE = `(async () => {
  const { FaceLandmarker, FilesetResolver } = await import('/vision_bundle.mjs');
  const fileset = await FilesetResolver.forVisionTasks('/wasm');
  const landmarker = await FaceLandmarker.createFromOptions(fileset, {
    baseOptions: { modelAssetPath: '/model.task', delegate: 'CPU' },
    runningMode: 'IMAGE', numFaces: 1, outputFaceBlendshapes: true,
  });
  globalThis.detect = (width, height, base64) => {
    const bytes = Uint8ClampedArray.from(atob(base64), (c) => c.charCodeAt(0));
    const result = landmarker.detect(new ImageData(bytes, width, height));
    return result.faceLandmarks.map((face, i) => ({
      points: face.flatMap((p) => [p.x * width, p.y * height, p.z * width]),
      blendshapes: result.faceBlendshapes[i]?.categories.map((c) => c.score) ?? [],
    }));
  };
})()`;
