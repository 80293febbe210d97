"""Random surroundings of a clip: camera, light, background. They stay as they are within a clip."""

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter

from .drawing import Light, View
from .figure import Figure

FACE_SHARE = (0.36, 0.85)  # of the picture's side that the face takes, chin to hairline: as in identities and webcams
HAIRLINE = 0.86  # of the height from chin to crown


def random_view(rng: np.random.Generator, figure: Figure) -> View:
    """A camera in front of the face, with a random distance and lens."""
    chin, crown = figure.head.chin_and_crown()
    face = (crown - chin) * HAIRLINE
    distance = rng.uniform(0.45, 1.6)
    share = rng.uniform(*FACE_SHARE)
    middle = np.array([0.0, chin + face / 2, figure.head.eye_centres()[:, 2].mean()])
    margin = max(0.0, 0.5 - share * 0.62) * 0.5
    centre = 0.5 + rng.uniform(-margin, margin), 0.5 + rng.uniform(-0.7, 0.6) * margin
    height = rng.normal(0, 0.05) * distance
    shift = share / face * np.array([0.0, height])  # the face stays in the middle although the camera is higher
    return View(middle + np.array([0, height, distance]), share * distance / face, (centre[0] + shift[0], centre[1] - shift[1]), rng.normal(0, 0.03))


def random_light(rng: np.random.Generator) -> Light:
    """One to three lamps and a sky, exposed so that a face is neither black nor burnt out."""
    count = rng.choice((1, 2, 3), p=(0.3, 0.4, 0.3))
    lamps = []
    for n in range(count):
        azimuth, elevation = np.radians(rng.uniform(-75, 75) if n < 2 else rng.choice((-1, 1)) * rng.uniform(100, 160)), np.radians(rng.uniform(-10, 60))
        direction = np.array([np.sin(azimuth) * np.cos(elevation), np.sin(elevation), np.cos(azimuth) * np.cos(elevation)])
        warm = rng.normal(0, 0.12)
        tint = np.array([1 + warm, 1, 1 - warm]) if rng.random() < 0.85 else rng.uniform(0.2, 1.2, 3)
        power = rng.uniform(0.5, 1.6) if n == 0 else rng.uniform(0.05, 0.9)
        lamps.append(np.concatenate([direction, power * np.clip(tint, 0.05, 2)]))
    cool = rng.normal(0, 0.1)
    mean = rng.uniform(0.15, 0.9) * np.array([1 - cool, 1, 1 + cool])
    sky = np.stack([mean, mean * rng.uniform(-0.2, 0.5), mean * rng.uniform(-0.4, 0.4)])
    lamps = np.array(lamps)
    seen = mean.mean() + sum(l[3:].mean() * max(0.15, l[2]) for l in lamps)
    gain = rng.uniform(0.7, 1.35) / seen
    lamps[:, 3:] *= gain
    return Light(lamps, sky * gain, bool(rng.random() < 0.8))


def random_background(rng: np.random.Generator, side: int) -> np.ndarray:
    """(side, side, 3) in linear light: plain, a gradient, clouds, or shapes out of focus."""
    small = 128
    y, x = np.mgrid[:small, :small] / small
    a, b = rng.uniform(0.02, 0.95, 3), rng.uniform(0.02, 0.95, 3)
    if rng.random() < 0.6:  # mostly muted
        a, b = (c.mean() + (c - c.mean()) * 0.35 for c in (a, b))
    angle = rng.uniform(0, 6.28)
    ramp = np.clip(0.5 + (np.cos(angle) * (x - 0.5) + np.sin(angle) * (y - 0.5)) * rng.uniform(0, 1.3), 0, 1)[..., None]
    picture = a * (1 - ramp) + b * ramp
    kind = rng.integers(4)
    if kind == 1:
        clouds = sum(gaussian_filter(rng.standard_normal((small, small)), s, mode="wrap") * s for s in (2, 5, 12, 25))
        picture = picture * (1 + 0.5 * clouds / np.abs(clouds).max())[..., None]
    elif kind >= 2:
        for _ in range(rng.integers(3, 25)):
            colour, cx, cy = rng.uniform(0, 1, 3), rng.uniform(0, 1), rng.uniform(0, 1)
            w, h = rng.uniform(0.02, 0.35, 2)
            inside = (np.abs(x - cx) < w) & (np.abs(y - cy) < h) if rng.random() < 0.6 else np.hypot(x - cx, y - cy) < w * 0.6
            picture = np.where(inside[..., None], colour * 0.7 + picture * 0.3, picture)
        blur = rng.uniform(0.3, 6)
        picture = gaussian_filter(picture, (blur, blur, 0))
    large = [np.asarray(Image.fromarray(picture[..., c].astype(np.float32)).resize((side, side), Image.Resampling.BICUBIC)) for c in range(3)]
    picture = np.stack(large, axis=2)
    if rng.random() < 0.3:
        picture = picture * (1 + rng.uniform(0.02, 0.15) * gaussian_filter(rng.standard_normal((side, side)), rng.uniform(0.6, 2)))[..., None]
    return np.clip(picture, 0, 1).astype(np.float32) ** 2.2
