"""Writes WebM files: VP8 pictures and Opus sound, through FFmpeg's libraries."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

OPUS_FRAME = 960  # samples: 20 ms at 48 kHz
KEYFRAME_INTERVAL = 60  # frames, so that a player can seek


def write_webm(
    path: Path, frames: Iterable[np.ndarray], frame_rate: int, sound: np.ndarray, sample_rate: int, bitrate: int
) -> None:
    """`frames` are (h, w, 3) uint8 RGB, `sound` is mono in [-1, 1]; bits a second for the pictures."""
    with av.open(str(path), "w", format="webm") as container:
        video = audio = None
        position = 0
        for index, pixels in enumerate(frames):
            if video is None:
                video = container.add_stream("libvpx", rate=frame_rate)
                video.width, video.height, video.pix_fmt = pixels.shape[1], pixels.shape[0], "yuv420p"
                video.bit_rate = bitrate
                video.options = {"deadline": "good", "cpu-used": "1", "g": str(KEYFRAME_INTERVAL), "auto-alt-ref": "0"}
                audio = container.add_stream("libopus", rate=sample_rate, layout="mono")
                audio.bit_rate = 48_000
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, frame_rate)
            container.mux(video.encode(frame))
            until = min(len(sound), int((index + 1) / frame_rate * sample_rate))
            while position + OPUS_FRAME <= until:
                container.mux(audio.encode(_sound_frame(sound, position, sample_rate)))
                position += OPUS_FRAME
        for stream in (video, audio):
            if stream is not None:
                container.mux(stream.encode(None))


def _sound_frame(sound: np.ndarray, position: int, sample_rate: int) -> av.AudioFrame:
    block = (sound[position : position + OPUS_FRAME] * 32767).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(block[None], format="s16", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = sample_rate, position, Fraction(1, sample_rate)
    return frame
