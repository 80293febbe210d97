"""The built-in identities: who they are and how they are pictured."""

from dataclasses import dataclass

from .character import Character, Piece, Pose, Shape, Skin
from .hairstyle import HairStyle

# Examples of one identity: what a retargeting engine needs to see of a face.
NEUTRAL = Pose({"mouth-corner-puller": 0.1})
OPEN = Pose({"mouth-open": 0.40, "mouth-upward-retraction": 0.2, "mouth-corner-puller": 0.35, "eyebrows-left-up": 0.25, "eyebrows-right-up": 0.25})
SMILING_EYES_CLOSED = Pose({"eye-left-closure": 1.0, "eye-right-closure": 1.0, "mouth-corner-puller": 0.4, "mouth-retraction": 0.12})
EXAMPLE_COUNT = 5


def examples(turn: float) -> tuple[Pose, ...]:
    """The example poses; `turn` is how far the head turns to either side, degrees. The eyes stay nearer the camera."""
    to_the_right = Pose({"mouth-corner-puller": 0.12}, yaw=turn, pitch=2, gaze_yaw=-0.58 * turn)
    to_the_left = Pose({"mouth-corner-puller": 0.12}, yaw=-turn, pitch=-1, gaze_yaw=0.58 * turn)
    return NEUTRAL, OPEN, to_the_right, to_the_left, SMILING_EYES_CLOSED


@dataclass(frozen=True)
class Identity:
    """A character with its stage: what becomes one folder of pictures."""

    id: str
    name: str
    description: str
    style: str
    character: Character
    light: str
    background: str
    finish: str = "photo"  # photo, oil, noir, comic
    surface: str = "skin"  # skin, marble, bronze, clay
    exposure: float = 0.0
    turn: float = 19.0  # past this the far cheek hides, and enrolment refuses the picture
    ambient: tuple[float, float, float] = (0.12, 0.125, 0.135)


FRIENDLY = {"mouth/mouth-angles-up": 0.45, "eyebrows/eyebrows-angle-up": 0.5}  # a resting face that does not frown
BIG_EYES = {
    "eyes/l-eye-scale-incr": 1.6, "eyes/r-eye-scale-incr": 1.6,
    "eyes/l-eye-height2-incr": 0.9, "eyes/r-eye-height2-incr": 0.9,
    "eyes/l-eye-trans-out": 0.15, "eyes/r-eye-trans-out": 0.15,
}

CAST: tuple[Identity, ...] = (
    Identity(
        "marlow", "Marlow", "A man of about fifty with greying hair and a short beard, at ease in his study.", "lifelike",
        Character(
            Shape(1, 47, {"caucasian": 0.95, "african": 0.05}, 0.6, 0.52,
                  {**FRIENDLY, "nose/nose-hump-incr": 0.25, "chin/chin-prominent-incr": 0.2, "mouth/mouth-laugh-lines-in": 0.3, "head/head-square": 0.25}),
            Skin("middleage_lightskinned_male_diffuse2", gain=(0.97, 0.93, 0.90), wrinkles=0.4, stubble=0.5, scalp=(0.16, 0.12, 0.10)),
            "bluegreen_eye", None, Piece("eyebrows/eyebrow001", (0.05, 0.04, 0.032)),
            clothes=(Piece("clothes/male_casualsuit04", (0.035, 0.055, 0.085), roughness=0.8),),
            styles=(HairStyle(length=0.055, side_length=0.014, flow="part", part_at=0.03, lift=0.55, volume=0.012, melanin=0.78, redness=0.2, grey=0.4, recede=0.01),
                    HairStyle(region="beard", count=9000, length=0.0045, flow="down", lift=0.5, volume=0.003, clump=0.1, melanin=0.8, grey=0.45, root_radius=0.0002))),
        "window", "room:study"),
    Identity(
        "amara", "Amara", "A woman of about thirty with a full afro.", "lifelike",
        Character(
            Shape(0, 29, {"african": 1.0}, 0.5, 0.45, {**FRIENDLY, "head/head-oval": 0.4, "mouth/mouth-upperlip-volume-incr": 0.2}),
            Skin("young_darkskinned_female_diffuse", gain=(1.28, 1.30, 1.30), saturation=0.82, roughness=0.44, blush=0.2, lips=(0.20, 0.03, 0.045), lips_strength=0.5, scalp=(0.01, 0.008, 0.007)),
            "brown_eye", None, Piece("eyebrows/eyebrow001", (0.012, 0.009, 0.008)), "eyelashes/eyelashes02",
            clothes=(Piece("clothes/female_casualsuit01", (0.50, 0.25, 0.03), roughness=0.8),),
            styles=(HairStyle(count=34_000, length=0.052, side_length=0.048, flow="out", lift=0.6, gravity=0, bend=0, hug=0, curl_radius=0.004, curl_turns=5, clump=0.1, melanin=1.0, redness=0.1, roughness=0.45),)),
        "window-right", "room:terracotta"),
    Identity(
        "hana", "Hana", "A woman in her thirties with a black pixie cut, in soft studio light.", "lifelike",
        Character(
            Shape(0, 33, {"asian": 1.0}, 0.5, 0.4, {**FRIENDLY, "head/head-oval": 0.4}),
            Skin("young_lightskinned_female_diffuse2", gain=(0.95, 0.92, 0.86), blush=0.4, lips=(0.42, 0.06, 0.075), lips_strength=0.45, scalp=(0.02, 0.016, 0.015)),
            "brown_eye", None, Piece("eyebrows/eyebrow001", (0.016, 0.012, 0.01)), "eyelashes/eyelashes02",
            clothes=(Piece("clothes/female_casualsuit02", (0.60, 0.57, 0.52), roughness=0.8),),
            styles=(HairStyle(count=30_000, length=0.062, side_length=0.05, lift=0.35, free_length=0.2, volume=0.014, clump=0.35, frizz=0.07, recede=-0.004, melanin=0.97, redness=0.1, roughness=0.24),)),
        "beauty", "room:sage"),
    Identity(
        "ines", "Inês", "A freckled woman of about forty with auburn waves.", "lifelike",
        Character(
            Shape(0, 39, {"caucasian": 0.85, "african": 0.15}, 0.5, 0.48,
                  {**FRIENDLY, "nose/nose-point-up": 0.2, "cheek/l-cheek-bones-incr": 0.4, "cheek/r-cheek-bones-incr": 0.4}),
            Skin("middleage_lightskinned_female_diffuse", gain=(0.93, 0.88, 0.84), freckles=0.7, wrinkles=0.2, lips=(0.40, 0.10, 0.09), lips_strength=0.35, scalp=(0.10, 0.045, 0.025)),
            "green_eye", None, Piece("eyebrows/eyebrow001", (0.07, 0.03, 0.016)), "eyelashes/eyelashes01",
            clothes=(Piece("clothes/female_sportsuit01", (0.04, 0.13, 0.11), roughness=0.8),),
            styles=(HairStyle(count=30_000, strays=False, recede=-0.002, length=0.20, side_length=0.13, flow="part", part_at=0.025, lift=0.4, gravity=1.0, free_length=0.075, volume=0.02, hug=0.2, curl_radius=0.006, curl_turns=2.6, clump=0.55, frizz=0.045, melanin=0.5, redness=0.95, roughness=0.3),)),
        "window", "room:loft"),
    Identity(
        "osei", "Captain Osei", "A retired captain in his seventies, white hair and a white beard.", "lifelike",
        Character(
            Shape(1, 68, {"african": 1.0}, 0.55, 0.5, {**FRIENDLY, "head/head-rectangular": 0.2}),
            Skin("old_darkskinned_male_diffuse", gain=(1.5, 1.6, 1.7), saturation=0.6, wrinkles=0.5, roughness=0.46, scalp=(0.12, 0.10, 0.09)),
            "brown_eye", None, Piece("eyebrows/eyebrow009", (0.25, 0.23, 0.21)),
            clothes=(Piece("clothes/male_casualsuit06", (0.02, 0.03, 0.06), roughness=0.8),),
            styles=(HairStyle(count=22_000, length=0.009, side_length=0.006, flow="out", lift=0.6, bend=0, hug=0, gravity=0, curl_radius=0.0012, curl_turns=2, clump=0.1, melanin=0.9, grey=0.55, recede=0.016, root_radius=0.00022, roughness=0.45),
                    HairStyle(region="beard", count=16_000, length=0.010, flow="down", lift=0.6, volume=0.006, gravity=0.3, curl_radius=0.0012, curl_turns=2, clump=0.2, melanin=0.85, grey=0.75, root_radius=0.00028))),
        "window-right", "room:plain"),
    Identity(
        "priya", "Priya", "A woman in her forties, dark hair combed back, by the evening lamp.", "lifelike",
        Character(
            Shape(0, 43, {"caucasian": 0.6, "african": 0.2, "asian": 0.2}, 0.5, 0.5, {**FRIENDLY, "nose/nose-greek-incr": 0.25, "head/head-oval": 0.3}),
            Skin("middleage_lightskinned_female_diffuse2", gain=(0.74, 0.62, 0.53), saturation=0.95, wrinkles=0.15, blush=0.25, lips=(0.32, 0.045, 0.05), lips_strength=0.5, scalp=(0.02, 0.015, 0.013)),
            "brown_eye", None, Piece("eyebrows/eyebrow001", (0.014, 0.010, 0.008)), "eyelashes/eyelashes02",
            clothes=(Piece("clothes/female_elegantsuit01", (0.03, 0.12, 0.16), roughness=0.6),),
            styles=(HairStyle(count=30_000, length=0.17, side_length=0.16, flow="back", lift=0.3, gravity=0.25, free_length=0.13, volume=0.012, hug=0.7, clump=0.3, frizz=0.04, uneven=0.1, recede=-0.005, melanin=0.95, redness=0.2, roughness=0.26),)),
        "warm", "room:terracotta"),
    Identity(
        "taro", "Taro", "A young man under the neon signs of a rainy street.", "night",
        Character(
            Shape(1, 26, {"asian": 0.9, "caucasian": 0.1}, 0.55, 0.42, {**FRIENDLY, "head/head-invertedtriangular": 0.3, "chin/chin-prominent-incr": 0.2}),
            Skin("young_lightskinned_male_diffuse", gain=(0.95, 0.92, 0.88), roughness=0.36, scalp=(0.03, 0.025, 0.03)),
            "brown_eye", None, Piece("eyebrows/eyebrow001", (0.015, 0.012, 0.012)),
            clothes=(Piece("clothes/male_casualsuit06", (0.02, 0.02, 0.025), roughness=0.45),),
            styles=(HairStyle(length=0.075, side_length=0.014, flow="part", part_at=-0.03, lift=0.6, volume=0.02, clump=0.6, frizz=0.15, melanin=0.97, redness=0.1),)),
        "neon", "night", ambient=(0.03, 0.03, 0.06)),
    Identity(
        "duchess", "The Duchess", "A lady of sixty, her grey hair pinned up, painted in oils.", "oil painting",
        Character(
            Shape(0, 60, {"caucasian": 1.0}, 0.5, 0.58, {**FRIENDLY, "nose/nose-greek-incr": 0.3, "head/head-oval": 0.3}),
            Skin("old_lightskinned_female_diffuse", gain=(1.0, 0.94, 0.88), wrinkles=0.3, blush=0.7, lips=(0.42, 0.05, 0.05), lips_strength=0.6, scalp=(0.25, 0.22, 0.2)),
            "blue_eye", None, Piece("eyebrows/eyebrow001", (0.12, 0.09, 0.07)), "eyelashes/eyelashes01",
            clothes=(Piece("clothes/female_elegantsuit01", (0.20, 0.012, 0.025), roughness=0.5),),
            styles=(HairStyle(count=26_000, length=0.15, side_length=0.15, flow="up", lift=0.3, gravity=0, free_length=0.3, volume=0.022, hug=0.6, clump=0.3, frizz=0.05, melanin=0.35, grey=0.6, roughness=0.35),)),
        "old-master", "backdrop:umber", "oil"),
    Identity(
        "detective", "The Detective", "A man in a fedora, in the black and white of an old film.", "film noir",
        Character(
            Shape(1, 50, {"african": 0.5, "caucasian": 0.5}, 0.6, 0.52, {**FRIENDLY, "chin/chin-width-incr": 0.3, "head/head-rectangular": 0.3}),
            Skin("middleage_darkskinned_male_diffuse", gain=(1.75, 1.75, 1.75), wrinkles=0.5, stubble=0.4, scalp=(0.02, 0.02, 0.02)),
            "brown_eye", None, Piece("eyebrows/eyebrow001", (0.015, 0.012, 0.01)),
            clothes=(Piece("clothes/male_elegantsuit01", (0.045, 0.045, 0.05), roughness=0.7), Piece("clothes/fedora01:fedora", (0.06, 0.06, 0.065), roughness=0.85)),
            styles=(HairStyle(count=14_000, length=0.008, side_length=0.007, melanin=0.95, clump=0.0, recede=0.02),)),
        "noir", "backdrop:grey", "noir", turn=15.0),
    Identity(
        "senator", "The Senator", "A marble bust of an old statesman.", "marble",
        Character(
            Shape(1, 62, {"caucasian": 1.0}, 0.6, 0.5, {**FRIENDLY, "nose/nose-hump-incr": 0.4, "chin/chin-prominent-incr": 0.3, "head/head-square": 0.3}),
            Skin("old_lightskinned_male_diffuse"), "grey_eye", None, Piece("eyebrows/eyebrow009"),
            styles=(HairStyle(count=2600, length=0.034, side_length=0.026, lift=0.4, volume=0.006, curl_radius=0.003, curl_turns=1.2, clump=0.75, frizz=0.2, root_radius=0.0022, tip_radius=0.0012, recede=0.008),)),
        "museum", "backdrop:slate", "photo", "marble", exposure=-0.35),
    Identity(
        "pip", "Pip", "A cartoon heroine with big eyes and copper curls.", "cartoon",
        Character(
            Shape(0, 25, {"caucasian": 1.0}, 0.5, 0.42, {**FRIENDLY, **BIG_EYES, "nose/nose-scale-vert-decr": 0.6, "nose/nose-volume-decr": 0.5, "nose/nose-point-up": 0.5, "head/head-round": 0.4, "chin/chin-height-decr": 0.4, "chin/chin-triangle": 0.5, "mouth/mouth-scale-horiz-incr": 0.2}),
            Skin("young_lightskinned_female_diffuse", gain=(1.0, 0.92, 0.86), saturation=1.2, pores=0.12, freckles=0.65, blush=0.9, lips=(0.60, 0.12, 0.12), lips_strength=0.5, roughness=0.5, scalp=(0.30, 0.09, 0.03)),
            "green_eye", None, Piece("eyebrows/eyebrow001", (0.18, 0.05, 0.02)), "eyelashes/eyelashes02",
            clothes=(Piece("clothes/female_casualsuit01", (0.03, 0.22, 0.24), roughness=0.7),),
            styles=(HairStyle(count=26_000, length=0.048, side_length=0.066, flow="out", lift=0.6, gravity=0.25, bend=0, hug=0, curl_radius=0.008, curl_turns=3, clump=0.7, frizz=0.15, tint=(0.42, 0.06, 0.008), roughness=0.35),)),
        "beauty", "backdrop:sky"),
    Identity(
        "baxter", "Baxter", "A bearded comic-book fellow in ink and flat colour.", "comic",
        Character(
            Shape(1, 35, {"caucasian": 0.8, "asian": 0.2}, 0.75, 0.6, {**FRIENDLY, "chin/chin-width-incr": 0.6, "chin/chin-prominent-incr": 0.4, "head/head-square": 0.6, "eyes/l-eye-scale-incr": 0.4, "eyes/r-eye-scale-incr": 0.4}),
            Skin("young_lightskinned_male_diffuse2", gain=(1.0, 0.92, 0.85), saturation=1.15, pores=0.0, blush=0.4, scalp=(0.05, 0.03, 0.02)),
            "blue_eye", None, Piece("eyebrows/eyebrow009", (0.03, 0.018, 0.01)),
            clothes=(Piece("clothes/male_casualsuit04", (0.55, 0.03, 0.03), roughness=0.8),),
            styles=(HairStyle(length=0.07, side_length=0.02, flow="back", lift=0.55, volume=0.02, clump=0.7, frizz=0.05, melanin=0.8, redness=0.5),
                    HairStyle(region="beard", count=16_000, length=0.013, flow="down", lift=0.5, volume=0.005, clump=0.3, melanin=0.8, redness=0.5, root_radius=0.0003))),
        "window", "backdrop:ochre", "comic"),
)
