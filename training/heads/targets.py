"""Shape targets: sparse vertex offsets of the base mesh, and the recipe that mixes them."""

import gzip
from functools import lru_cache
from pathlib import Path

import numpy as np

YOUNG_YEARS, OLD_YEARS = 25.0, 90.0  # the ages at which MakeHuman's artists sculpted the targets


@lru_cache(maxsize=1024)
def read_target(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Vertex indices (k,) and their offsets (k, 3) in decimetres, at full strength."""
    with gzip.open(path, "rt") as lines:
        rows = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    table = np.array(rows, dtype=np.float64).reshape(-1, 4)
    return table[:, 0].astype(np.int64), table[:, 1:]


def add_target(vertices: np.ndarray, path: Path, strength: float) -> None:
    """Adds one target to the vertices in place."""
    if strength:
        indices, offsets = read_target(path)
        vertices[indices] += strength * offsets


def _low_mid_high(value: float) -> dict[str, float]:
    """Weights of the min/average/max targets for a value in [0, 1] whose average is 0.5."""
    return {
        "min": max(0.0, 1 - 2 * value),
        "average": 1 - abs(2 * value - 1),
        "max": max(0.0, 2 * value - 1),
    }


def macro_targets(
    ancestry: dict[str, float], male: float, years: float, muscle: float, weight: float
) -> dict[str, float]:
    """Names and strengths of the macro targets of a person.

    `ancestry` weighs african, asian and caucasian and is normalised; `male`, `muscle` and
    `weight` are in [0, 1]; `years` is clipped to the adult range of the targets.
    """
    old = float(np.clip((years - YOUNG_YEARS) / (OLD_YEARS - YOUNG_YEARS), 0, 1))
    total = sum(ancestry.values())
    mixed: dict[str, float] = {}
    for sex, sex_part in (("male", male), ("female", 1 - male)):
        for age, age_part in (("old", old), ("young", 1 - old)):
            part = sex_part * age_part
            for race, share in ancestry.items():
                mixed[f"macrodetails/{race}-{sex}-{age}"] = part * share / total
            for tone, tone_part in _low_mid_high(muscle).items():
                for mass, mass_part in _low_mid_high(weight).items():
                    name = f"macrodetails/universal-{sex}-{age}-{tone}muscle-{mass}weight"
                    mixed[name] = part * tone_part * mass_part
    return {name: strength for name, strength in mixed.items() if strength > 0}
