"""The transforms of the side-by-side benchmark on aiortc.

Speaks as bench/aiortc/peer-message.ts says: a JSON object a line on standard input and output.
The client offers its camera; what is sent back stands in a section of its own, which is offered
here. Ends when standard input does. Loopback alone.
"""

import argparse
import asyncio
import fractions
import json
import sys

import aioice.ice
import aiortc
import aiortc.codecs
import aiortc.codecs.h264
import aiortc.codecs.vpx
import av
import numpy
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from aiortc.codecs.h264 import H264Encoder
from aiortc.codecs.vpx import Vp8Encoder
from aiortc.sdp import candidate_from_sdp

# aioice offers every address but loopback's; here it is the other way round.
aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: ["127.0.0.1"]


def matched_codec(name, frame, rate, options):
    """A coder of frames like this one as Understudy opens it: one thread, keyframes on request alone."""
    codec = av.CodecContext.create(name, "w")
    codec.width, codec.height = frame.width, frame.height
    codec.bit_rate = rate
    codec.pix_fmt = "yuv420p"
    codec.time_base = fractions.Fraction(1, 90_000)
    codec.gop_size = 1_000_000
    codec.thread_count = 1
    codec.options = options
    return codec


class MatchedVp8Encoder(Vp8Encoder):
    """aiortc's encoder with libvpx set as Understudy sets it: faster, and without denoising."""

    def encode(self, frame, force_keyframe=False):
        if self.codec is None:
            rate = self.target_bitrate
            options = {
                "bufsize": str(rate),
                "cpu-used": "-8",
                "deadline": "realtime",
                "lag-in-frames": "0",
                "auto-alt-ref": "0",
                "minrate": str(rate),
                "maxrate": str(rate),
                "max-intra-rate": "900",
                "overshoot-pct": "15",
                "static-thresh": "1",
                "undershoot-pct": "100",
            }
            codec = matched_codec("libvpx", frame, rate, options)
            codec.qmin, codec.qmax = 2, 56
            self.codec = codec
        return super().encode(frame, force_keyframe)


class MatchedH264Encoder(H264Encoder):
    """aiortc's encoder with x264 set as Understudy sets it: faster, one thread, a bounded buffer."""

    def _encode_frame(self, frame, force_keyframe):
        if self.codec is None:
            rate = self.target_bitrate
            options = {
                "bufsize": str(rate // 2),
                "color_range": "tv",
                "colorspace": "smpte170m",
                "forced-idr": "1",
                "maxrate": str(rate),
                "preset": "superfast",
                "tune": "zerolatency",
            }
            codec = matched_codec("libx264", frame, rate, options)
            codec.framerate = fractions.Fraction(30, 1)
            codec.max_b_frames = 0
            codec.profile = "Baseline"
            self.codec = codec
        yield from super()._encode_frame(frame, force_keyframe)


class InvertedTrack(MediaStreamTrack):
    """255 - x for every byte of a picture's planes, without leaving YUV."""

    kind = "video"

    def __init__(self, source):
        super().__init__()
        self.source = source

    async def recv(self):
        frame = await self.source.recv()
        planes = numpy.bitwise_not(frame.to_ndarray())
        inverted = av.VideoFrame.from_ndarray(planes, format=frame.format.name)
        inverted.pts, inverted.time_base = frame.pts, frame.time_base
        return inverted


def codec_preferences(name):
    """One codec and retransmissions; of H.264 the profile that browsers and Understudy offer."""
    return [
        codec
        for codec in RTCRtpSender.getCapabilities("video").codecs
        if codec.mimeType == "video/rtx"
        or codec.mimeType.lower() == f"video/{name}"
        and codec.parameters.get("profile-level-id", "42e01f") == "42e01f"
    ]


TRANSFORMS = {"pass-through": lambda track: track, "invert": InvertedTrack}


class Peer:
    """One connection: a camera in, the same camera transformed out."""

    def __init__(self, session, transform, codec, say):
        self.session = session
        self.codecs = codec_preferences(codec)
        self.say = say
        self.pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.track = None
        self.early = []

        @self.pc.on("track")
        def on_track(track):
            self.track = TRANSFORMS[transform](track)

        @self.pc.on("connectionstatechange")
        def on_state():
            if self.pc.connectionState == "failed":
                say({"type": "failed", "session": session, "reason": "the connection failed"})

    async def describe(self):
        local = self.pc.localDescription
        description = {"type": local.type, "sdp": local.sdp}
        self.say({"type": "description", "session": self.session, "description": description})

    async def description(self, description):
        await self.pc.setRemoteDescription(RTCSessionDescription(**description))
        for candidate in self.early:
            await self.pc.addIceCandidate(candidate)
        self.early.clear()
        if description["type"] != "offer":
            return
        await self.pc.setLocalDescription(await self.pc.createAnswer())
        await self.describe()
        self.pc.addTransceiver(self.track, direction="sendonly")
        # The camera's section is offered anew, too.
        for transceiver in self.pc.getTransceivers():
            transceiver.setCodecPreferences(self.codecs)
        await self.pc.setLocalDescription(await self.pc.createOffer())
        await self.describe()

    async def candidate(self, init):
        if not init["candidate"]:
            return
        candidate = candidate_from_sdp(init["candidate"].removeprefix("candidate:"))
        candidate.sdpMid = init.get("sdpMid")
        candidate.sdpMLineIndex = init.get("sdpMLineIndex")
        if self.pc.remoteDescription is None:
            self.early.append(candidate)
        else:
            await self.pc.addIceCandidate(candidate)


async def serve(codec):
    def say(message):
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()

    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=1 << 20)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    peers = {}
    # One step of a session at a time, sessions beside each other.
    locks = {}

    async def hear(message):
        session = message["session"]
        async with locks.setdefault(session, asyncio.Lock()):
            try:
                if message["type"] == "open":
                    peers[session] = Peer(session, message["transform"], codec, say)
                elif message["type"] == "description":
                    await peers[session].description(message["description"])
                elif message["type"] == "candidate":
                    await peers[session].candidate(message["candidate"])
                elif message["type"] == "close":
                    await peers.pop(session).pc.close()
            except Exception as cause:
                say({"type": "failed", "session": session, "reason": f"{type(cause).__name__}: {cause}"})

    version = f"aiortc {aiortc.__version__}, PyAV {av.__version__}, Python {sys.version.split()[0]}"
    say({"type": "ready", "version": version})
    tasks = set()
    while line := await reader.readline():
        task = asyncio.create_task(hear(json.loads(line)))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*(peer.pc.close() for peer in peers.values()), return_exceptions=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--codec", choices=["vp8", "h264"], required=True)
    parser.add_argument("--bitrate", type=int, required=True, help="of each encoder, bits a second")
    parser.add_argument("--encoder", choices=["default", "matched"], default="default")
    options = parser.parse_args()
    # Nothing estimates bandwidth here: the encoders stay where they start.
    aiortc.codecs.vpx.DEFAULT_BITRATE = options.bitrate
    aiortc.codecs.h264.DEFAULT_BITRATE = options.bitrate
    if options.encoder == "matched":
        aiortc.codecs.Vp8Encoder = MatchedVp8Encoder
        aiortc.codecs.H264Encoder = MatchedH264Encoder
    asyncio.run(serve(options.codec))


if __name__ == "__main__":
    main()
