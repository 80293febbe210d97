import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findChromium } from '../src/commands/doctor/chromium.io.ts';

/** What Chromium brings along to draw without a graphics card: a Vulkan loader, and a driver in software. */
const FILES = ['libvulkan.so.1', 'vk_swiftshader_icd.json', 'libvk_swiftshader.so'] as const;

/**
 * The environment in which a process finds a Vulkan device that is computed in software, and so
 * WebGPU, whatever the machine has. The dynamic loader reads it when a process begins: one has to be
 * forked for it.
 * @returns what is missing, where it cannot be had.
 */
function find(): { env: NodeJS.ProcessEnv } | { missing: string } {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { missing: `onnxruntime-node has WebGPU on Linux for x64, not ${process.arch}` };
  }
  const chromium = findChromium();
  const folders = [
    ...(chromium ? [dirname(realpathSync(chromium))] : []),
    '/usr/lib/chromium',
    '/usr/lib/chromium-browser',
    '/opt/google/chrome',
  ];
  const folder = folders.find((each) => FILES.every((file) => existsSync(join(each, file))));
  if (folder === undefined) return { missing: `no folder has ${FILES.join(', ')}` };
  const env = {
    ...process.env,
    LD_LIBRARY_PATH: folder,
    VK_DRIVER_FILES: join(folder, 'vk_swiftshader_icd.json'),
  };
  return { env };
}

export const SOFTWARE_VULKAN = find();
