"""Random people: shape, skin, eyes, hair, clothes; plausible ones and wilder ones."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter

from heads import texture
from heads.character import Character, Piece, Shape, Skin
from heads.texture import hair_picture

from .drawing import Material
from .figure import Figure
from .skin_sheet import SkinPaint, skin_sheet

# Without bob02, whose fringe covers an eye: of that eye nothing could be learned.
HAIRS = ("short01", "short02", "short03", "short04", "bob01", "long01", "ponytail01", "braid01", "afro01")
HAIR_SHARES = (0.18, 0.18, 0.06, 0.16, 0.02, 0.15, 0.10, 0.08, 0.07)  # short03 and bob01 hide an eye too: rare
MALE_HAIR_SHARES = (0.28, 0.28, 0.08, 0.26, 0.10)
MALE_HAIRS = ("short01", "short02", "short03", "short04", "afro01")
MALE_CLOTHES = ("male_casualsuit01", "male_casualsuit02", "male_casualsuit04", "male_casualsuit06", "male_elegantsuit01")
FEMALE_CLOTHES = ("female_casualsuit01", "female_casualsuit02", "female_elegantsuit01", "female_sportsuit01")
TEETH = ("teeth_base", "teeth_shape01", "teeth_shape02", "teeth_shape03", "teeth_shape04", "teeth_shape05")
EYES = ("green_eye", "brownlight_eye", "blue_eye", "lightblue_eye", "deepblue_eye", "brown_eye", "grey_eye", "bluegreen_eye", "ice_eye")
# Linear RGB of hair from black through brown, red and blond to white.
HAIR_COLOURS = ((0.012, 0.01, 0.009), (0.03, 0.018, 0.012), (0.07, 0.035, 0.018), (0.14, 0.07, 0.03), (0.25, 0.09, 0.03), (0.4, 0.26, 0.12), (0.55, 0.42, 0.25), (0.3, 0.3, 0.3), (0.65, 0.64, 0.62))
FACE_FOLDERS = ("cheek", "chin", "ears", "eyebrows", "eyes", "forehead", "head", "mouth", "nose", "neck", "asym")
# Targets that tear lids from eyes, or move the head off the neck.
UNUSED = ("eye-push", "head-trans", "neck-trans", "asymm-", "mouth-trans-backward", "nose-trans", "eye-trans", "mouth-trans-in", "mouth-trans-out", "measure")


OPPOSITES = (("-incr", "-decr"), ("-up", "-down"), ("-out", "-in"), ("-forward", "-backward"), ("-convex", "-concave"), ("-uncompress", "-compress"))


@dataclass(frozen=True)
class Person:
    """A character with everything that its materials need."""

    character: Character
    paint: SkinPaint
    hair_colour: tuple[float, float, float]
    clothes_colours: tuple[tuple[float, float, float], ...]
    gloss: float
    teeth_gain: float
    iris: tuple[float, float, float] | None
    wild: bool
    seed: int


def _shape(rng: np.random.Generator, assets: Path, male: float, years: float, wild: bool) -> Shape:
    names = ("caucasian", "african", "asian")
    if rng.random() < 0.6:
        mix = rng.multinomial(1, (1 / 3,) * 3) * 0.85 + rng.dirichlet((1, 1, 1)) * 0.15
    else:
        mix = rng.dirichlet((0.6, 0.6, 0.6))
    spread = 0.34 if not wild else rng.choice((0.34, 0.6))
    targets: dict[str, float] = {}
    for folder in FACE_FOLDERS:
        files = sorted(p.name.removesuffix(".target.gz") for p in (assets / "targets" / folder).iterdir())
        sides = [f for f in files if not f.startswith("r-") and not any(u in f for u in UNUSED)]
        for name in sides:
            other = next((name.removesuffix(a) + b for a, b in OPPOSITES if name.endswith(a)), None)
            if any(name.endswith(b) and name.removesuffix(b) + a in files for a, b in OPPOSITES):
                continue  # reached as the opposite of its pair
            share = 0.5 if folder in ("nose", "mouth", "chin", "cheek", "eyes") else 0.35
            if rng.random() > share:
                continue
            strength = rng.normal() * spread * (0.5 if folder in ("asym", "neck") else 0.6 if folder == "eyes" else 1)
            chosen = name if strength > 0 or other not in files else other
            limit = 0.5 if folder in ("asym", "eyes") else 1
            strength = min(abs(strength), limit)
            targets[f"{folder}/{chosen}"] = strength
            if name.startswith("l-"):
                targets[f"{folder}/r-{chosen[2:]}"] = strength
    if wild and rng.random() < 0.4:
        big = rng.uniform(0.4, 1.5)
        for side in "lr":
            targets[f"eyes/{side}-eye-scale-incr"] = big
            targets[f"eyes/{side}-eye-height2-incr"] = 0.5 * big
            targets.pop(f"eyes/{side}-eye-scale-decr", None)
    return Shape(male, years, dict(zip(names, mix.tolist())), rng.uniform(0.3, 0.75), rng.uniform(0.3, 0.8), targets)


load = lru_cache(maxsize=64)(texture.load)
eye_picture = lru_cache(maxsize=16)(texture.eye_picture)


def _vivid(rng: np.random.Generator) -> tuple[float, float, float]:
    return tuple(rng.uniform(0.05, 0.95, 3).tolist())


def _cloth_colour(rng: np.random.Generator) -> tuple[float, float, float]:
    """Mostly muted, sometimes vivid."""
    colour = np.array(_vivid(rng))
    if rng.random() < 0.75:
        colour = colour.mean() + (colour - colour.mean()) * rng.uniform(0.05, 0.5)
    return tuple((colour * rng.uniform(0.4, 1.0)).tolist())


def invent(rng: np.random.Generator, assets: Path, wild: bool) -> Person:
    """A person who does not exist."""
    male = float(rng.random() < 0.5) if rng.random() < 0.9 else float(rng.uniform(0.2, 0.8))
    years = float(rng.choice((rng.uniform(20, 40), rng.uniform(35, 60), rng.uniform(55, 80)), p=(0.5, 0.32, 0.18)))
    shape = _shape(rng, assets, male, years, wild)
    age = "young" if years < 38 else "middleage" if years < 58 else "old"
    dark = rng.random() < 0.15 + 0.75 * shape.ancestry["african"]
    stem = f"{age}_{'dark' if dark else 'light'}skinned_{'male' if male > 0.5 else 'female'}_diffuse"
    skins = sorted(p.stem for p in (assets / "textures-512/skins").glob(f"{stem}*.png")) or sorted(p.stem for p in (assets / "textures-512/skins").glob("*.png"))
    bearded = male > 0.5 and rng.random() < 0.4
    made_up = male < 0.5 and rng.random() < 0.5
    hair = np.array(HAIR_COLOURS[rng.integers(len(HAIR_COLOURS)) if years < 55 else rng.integers(3, len(HAIR_COLOURS))]) * rng.uniform(0.7, 1.4)
    if wild and rng.random() < 0.5:
        hair = np.array(_vivid(rng)) ** 2
    srgb = tuple((np.clip(hair, 0, 1) ** (1 / 2.2) * 0.8).tolist())
    style = None if rng.random() < (0.3 if male > 0.5 else 0.06) else str(rng.choice(MALE_HAIRS, p=MALE_HAIR_SHARES) if male > 0.5 and rng.random() < 0.85 else rng.choice(HAIRS, p=HAIR_SHARES))
    gain = rng.uniform(0.75, 1.2) * (1 + rng.normal(0, 0.05, 3))
    if dark:
        gain = gain * rng.uniform(1.0, 1.5)
    odd = wild and rng.random() < 0.45
    paint = SkinPaint(
        str(rng.choice(skins)), tuple(gain.tolist()), float(rng.uniform(0.85, 1.4)), float(rng.uniform(0.8, 1.25)),
        base=_vivid(rng) if odd else None,
        mottle=float(rng.uniform(0.2, 1.0)), pores=float(rng.uniform(0.1, 0.8)),
        freckles=float(rng.uniform(0.3, 0.9)) if rng.random() < 0.25 else 0.0,
        blush=float(rng.uniform(0, 0.9)),
        lips=tuple((np.array((0.55, 0.12, 0.15)) + rng.uniform(0, 0.25, 3)).tolist()) if not odd else _vivid(rng),
        lips_strength=float(rng.uniform(0.3, 0.9)) if made_up or odd else float(rng.uniform(0, 0.3)),
        eyeshadow=_vivid(rng), eyeshadow_strength=float(rng.uniform(0.1, 0.7)) if made_up else 0.0,
        stubble=float(rng.uniform(0.2, 0.9)) if male > 0.5 and rng.random() < 0.5 else 0.0,
        beard=float(rng.uniform(0.7, 0.97)) if bearded else 0.0, beard_colour=srgb,
        scalp=float(rng.uniform(0.75, 0.97)) if style or rng.random() < 0.6 else 0.0, scalp_colour=srgb,
        wrinkles=float(np.clip((years - 30) / 60 + rng.normal(0, 0.15), 0, 1)), rings=float(rng.uniform(0, 0.8)),
        pattern=float(rng.uniform(0.15, 0.65)) if odd and rng.random() < 0.6 else 0.0,
        pattern_scale=float(rng.uniform(1.5, 9)), pattern_bands=float(rng.choice((0.0, 1.0, 0.4))), pattern_colour=_vivid(rng),
        seed=int(rng.integers(90_000)),
    )
    suits = MALE_CLOTHES if male > 0.5 else FEMALE_CLOTHES
    clothes = [Piece(f"clothes/{rng.choice(suits)}")]
    if rng.random() < 0.07:
        clothes.append(Piece(f"clothes/fedora01:{rng.choice(('fedora', 'fedora_cocked'))}"))
        style = None  # hair would stand through the hat
    brow_number = rng.integers(1, 13)
    character = Character(
        shape, Skin(paint.texture), str(rng.choice(EYES)), Piece(f"hair/{style}") if style else None,
        Piece(f"eyebrows/eyebrow{brow_number:03d}"), f"eyelashes/eyelashes0{rng.integers(1, 5)}",
        tuple(clothes), teeth=f"teeth/{rng.choice(TEETH)}",
    )
    return Person(character, paint, tuple(hair.tolist()), tuple(_cloth_colour(rng) for _ in clothes), float(rng.uniform(0.02, 0.2)),
                  float(rng.uniform(0.85, 1.25)), _vivid(rng) if wild and rng.random() < 0.5 else None, wild, int(rng.integers(2**31)))


def _bytes(picture: np.ndarray) -> np.ndarray:
    full = np.ones((*picture.shape[:2], 4), dtype=np.float32)
    full[..., : picture.shape[2]] = picture
    return (np.clip(full, 0, 1) * 255 + 0.5).astype(np.uint8)


def _plain(colour) -> np.ndarray:
    return _bytes(np.broadcast_to(np.array(colour, dtype=np.float32), (2, 2, 3)))


def _cloth(colour: tuple[float, float, float], rng: np.random.Generator, side: int = 256) -> np.ndarray:
    y, x = np.mgrid[:side, :side] / side
    base = np.ones((side, side, 3), dtype=np.float32) * np.array(colour)
    kind = rng.integers(4)
    if kind:
        waves = {1: np.sin(2 * np.pi * rng.integers(10, 50) * y), 2: np.sin(2 * np.pi * rng.integers(10, 40) * x) * np.sin(2 * np.pi * rng.integers(10, 40) * y),
                 3: gaussian_filter(rng.standard_normal((side, side)), rng.uniform(2, 12), mode="wrap") * 20}[int(kind)]
        share = (waves > rng.uniform(-0.2, 0.6))[..., None] * rng.uniform(0.3, 1)
        base = base * (1 - share) + np.array(_cloth_colour(rng)) * share
    return _bytes(base * (1 + 0.06 * rng.standard_normal((side, side, 1))))


def dress(person: Person, figure: Figure, assets: Path, levels: float) -> list[Material]:
    """A material for each of the figure's surfaces."""
    rng = np.random.default_rng(person.seed)
    textures, character = assets / "textures-512", person.character
    out = []
    for surface in figure.surfaces:
        if surface == "skin":
            soft = (0.35, 0.2, 0.15) if levels == 0 else (0.0, 0.0, 0.0)
            material = Material(skin_sheet(assets, person.paint), soft, person.gloss, float(rng.uniform(8, 40)), levels)
        elif surface == "eyes":
            eyes = eye_picture(assets, character.eyes)
            if person.iris is not None:
                coloured = np.ptp(eyes, axis=2, keepdims=True) > 0.12
                eyes = np.where(coloured, eyes.mean(axis=2, keepdims=True) * 1.6 * np.array(person.iris), eyes)
            material = Material(_bytes(eyes), (0.3, 0.25, 0.25), 1.6, 260.0)
        elif surface == "teeth":
            sheet = load(textures / "teeth/teeth.png")[..., :3] * person.teeth_gain * np.array([1, 0.98, 0.93])
            material = Material(_bytes(sheet), (0.3, 0.3, 0.3), 0.25, 50.0, behind=True)
        elif surface == "tongue":
            detail = load(textures / "tongue/tongue01_diffuse.png")[..., :3].mean(axis=2, keepdims=True) / 0.63
            material = Material(_bytes(np.array((0.72, 0.36, 0.36), dtype=np.float32) * (0.45 + 0.55 * detail)), (0.3, 0.2, 0.2), 0.2, 30.0, behind=True)
        elif surface == "brows":
            name = character.brows.asset.split("/")[1]
            colour = tuple(np.array(person.hair_colour) * 0.6)
            material = Material(_bytes(hair_picture(load(textures / "eyebrows" / f"{name}.png"), colour)), (0.4, 0.4, 0.4), bias=0.002)
        elif surface == "lashes":
            sheet = load(textures / "eyelashes" / f"{character.lashes.split('/')[1]}.png")
            material = Material(_bytes(hair_picture(sheet, (0.01, 0.008, 0.007))), (0.4, 0.4, 0.4), bias=0.001)
        elif surface == "hair":
            name = character.hair.asset.split("/")[1].replace("afro01", "afro")
            sheet = hair_picture(load(textures / "hair" / f"{name}_diffuse.png"), person.hair_colour)
            mean = sheet[..., :3][sheet[..., 3] > 0.5].mean(axis=0)
            sheet = np.concatenate([mean + (sheet[..., :3] - mean) * rng.uniform(0.4, 0.8), sheet[..., 3:]], axis=2)
            shine = rng.uniform(0.05, 0.35) * (1 - 0.75 * float(mean.mean()))
            material = Material(_bytes(sheet), (0.35, 0.35, 0.35), float(shine), float(rng.uniform(8, 30)), levels, strand=True)
        elif surface.startswith("clothes"):
            material = Material(_cloth(person.clothes_colours[int(surface[7:])], rng), levels=levels)
        elif surface == "lenses":
            sheet = _plain(_vivid(rng) if rng.random() < 0.3 else (0.9, 0.9, 0.95))
            sheet[..., 3] = rng.integers(10, 60)
            material = Material(sheet, (0.5, 0.5, 0.5), float(rng.uniform(0.5, 3)), 80.0)
        else:
            material = Material(_plain((0.02, 0.02, 0.02) if rng.random() < 0.5 else _vivid(rng)), (0.1, 0.1, 0.1), 0.6, 60.0)
        out.append(material)
    return out
