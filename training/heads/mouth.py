"""Teeth and tongue: where they lie in a head, and how far they go with the jaw. Vertices in decimetres."""

import numpy as np

UPPER_TEETH = 15060  # the first helper vertex of the upper teeth; the lower ones come before it
# As sculpted, the lower teeth show first when the lips part; in life the upper ones do.
LOWER_TEETH_SHIFT = np.array([0.0, -0.085, -0.04])
UPPER_TEETH_SHIFT = np.array([0.0, -0.045, 0.0])
MOLAR_DROP = 0.3  # the lower row as sculpted rises to the back, where it would show alone above the lip
LIP_LAG = 0.72  # of the jaw's way the lower teeth go: an open mouth's lip leaves them bare
TONGUE_BED = np.array([0.0, -0.045, -0.01])  # from where it is sculpted to between the lower teeth
TONGUE_FLATNESS, TONGUE_BREADTH = 0.75, 1.25
TONGUE_REACH = 1.0  # from the tip, over which the tongue goes with the jaw
TONGUE_FOLLOWS = 1.2  # of the jaw's way, its tip


def are_lower(triangles: np.ndarray) -> np.ndarray:
    """Which vertices (n,) of the teeth are lower ones, by the helper vertices (n, 3) that they are bound to."""
    return triangles[:, 0] < UPPER_TEETH


def set_teeth(vertices: np.ndarray, lower: np.ndarray) -> np.ndarray:
    """Teeth (n, 3) as they stand in a mouth at rest."""
    out = vertices + np.where(lower[:, None], LOWER_TEETH_SHIFT, UPPER_TEETH_SHIFT)
    out[lower, 1] -= MOLAR_DROP * (out[lower, 2].max() - out[lower, 2])
    return out


def lay_tongue(vertices: np.ndarray) -> np.ndarray:
    """A tongue (n, 3) as it lies in a mouth at rest: flat and broad, between the lower teeth."""
    out = vertices + TONGUE_BED
    top = out[:, 1].max()
    out[:, 1] = top + TONGUE_FLATNESS * (out[:, 1] - top)
    out[:, 0] *= TONGUE_BREADTH
    return out


def tongue_follows(tongue: np.ndarray) -> np.ndarray:
    """Shares (n, 1) of the jaw's way that a laid tongue (n, 3) goes: its tip all, its root nothing."""
    back = tongue[:, 2].max() - tongue[:, 2]
    return TONGUE_FOLLOWS * np.exp(-back / TONGUE_REACH)[:, None]
