import type { Driver } from '../driver.io.ts';
import { fill, h } from '../element.ts';

/** Which camera and which microphone, once the browser tells their names (after permission). */
export function devicePicker(driver: Driver) {
  const camera = picker('Camera', 'camera-device');
  const microphone = picker('Microphone', 'microphone-device');
  const element = h(
    'div',
    { class: 'device-picker', hidden: true },
    camera.label,
    microphone.label,
  );
  const stop = driver.on('change', () => void refresh());
  const onDevices = () => void refresh();
  navigator.mediaDevices?.addEventListener('devicechange', onDevices);
  void refresh();
  return {
    element,
    dispose(): void {
      stop();
      navigator.mediaDevices?.removeEventListener('devicechange', onDevices);
    },
  };

  function picker(name: string, testid: string) {
    const select = h('select', { 'data-testid': testid, on: { change } });
    return { select, label: h('label', { class: 'field' }, h('span', {}, name), select) };
  }

  function change(): void {
    void driver.openCamera({
      ...(camera.select.value ? { camera: camera.select.value } : {}),
      ...(microphone.select.value ? { microphone: microphone.select.value } : {}),
    });
  }

  async function refresh(): Promise<void> {
    const usesCamera = driver.state.kind === 'live' && driver.state.source === 'camera';
    element.hidden = !usesCamera;
    if (!usesCamera) return;
    const devices = await navigator.mediaDevices.enumerateDevices();
    const used = driver.devices;
    show(camera.select, devices, 'videoinput', used.camera);
    show(microphone.select, devices, 'audioinput', used.microphone);
  }

  function show(
    select: HTMLSelectElement,
    devices: readonly MediaDeviceInfo[],
    kind: MediaDeviceKind,
    used: string | undefined,
  ): void {
    const options = devices
      .filter((device) => device.kind === kind && device.deviceId)
      .map(({ deviceId, label }, index) =>
        h(
          'option',
          { value: deviceId, selected: deviceId === used },
          label || `Device ${index + 1}`,
        ),
      );
    fill(select, ...options);
    select.disabled = options.length < 2;
  }
}
