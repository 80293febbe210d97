import type { AvatarState } from '../signaling/session-stats.ts';
import type { FrameSource } from './stage.ts';

/** @param camera whether the frame answers one of the camera's. */
export function avatarStateOf(source: FrameSource, camera: boolean): AvatarState {
  if (source === 'driven') return 'live';
  if (source === 'held') return camera ? 'face-lost' : 'live';
  return 'idle';
}
