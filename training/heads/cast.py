"""The built-in identities: who they are and how they are pictured."""

from dataclasses import dataclass

from .character import Character, Piece, Pose, Shape, Skin

# Examples of one identity: what a retargeting engine needs to see of a face.
NEUTRAL = Pose({"mouth-corner-puller": 0.1})
OPEN = Pose({"mouth-open": 0.42, "mouth-upward-retraction": 0.35, "mouth-corner-puller": 0.25, "eyebrows-left-up": 0.25, "eyebrows-right-up": 0.25})
TURNED_LEFT = Pose({"mouth-corner-puller": 0.12}, yaw=25, pitch=2, gaze_yaw=-14)
TURNED_RIGHT = Pose({"mouth-corner-puller": 0.12}, yaw=-25, pitch=-1, gaze_yaw=14)
SMILING_EYES_CLOSED = Pose({"eye-left-closure": 1.0, "eye-right-closure": 1.0, "mouth-corner-puller": 0.4, "mouth-retraction": 0.12})
EXAMPLES = (NEUTRAL, OPEN, TURNED_LEFT, TURNED_RIGHT, SMILING_EYES_CLOSED)


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
    finish: str = "photo"  # photo, oil, noir, toon
    surface: str = "skin"  # skin, marble, bronze, clay, toon
    exposure: float = 0.0
    ambient: tuple[float, float, float] = (0.12, 0.125, 0.135)


CAST: tuple[Identity, ...] = (
    Identity(
        "marlow", "Marlow", "A man of about fifty with greying stubble, at ease in his study.", "lifelike",
        Character(
            Shape(1, 48, {"caucasian": 0.9, "african": 0.1}, 0.6, 0.55,
                  {"nose/nose-hump-incr": 0.3, "chin/chin-prominent-incr": 0.2, "mouth/mouth-laugh-lines-in": 0.4, "head/head-square": 0.3}),
            Skin("middleage_lightskinned_male_diffuse2", wrinkles=0.5, stubble=0.55, roughness=0.45),
            "brownlight_eye", Piece("hair/short01", (0.16, 0.14, 0.12)), Piece("eyebrows/eyebrow009", (0.04, 0.03, 0.022)),
            clothes=(Piece("clothes/male_casualsuit04", (0.05, 0.07, 0.10), roughness=0.8),)),
        "window", "room:study"),
    Identity(
        "amara", "Amara", "A woman of about thirty with a full afro and a warm smile.", "lifelike",
        Character(
            Shape(0, 29, {"african": 1.0}, 0.5, 0.45, {"head/head-oval": 0.4, "mouth/mouth-upperlip-volume-incr": 0.2}),
            Skin("young_darkskinned_female_diffuse", gain=(1.35, 1.3, 1.25), roughness=0.38, blush=0.2, lips=(0.25, 0.035, 0.05), lips_strength=0.45),
            "brown_eye", Piece("hair/afro01", (0.018, 0.012, 0.009), roughness=0.7), Piece("eyebrows/eyebrow002", (0.012, 0.009, 0.008)), "eyelashes/eyelashes02",
            clothes=(Piece("clothes/female_casualsuit01", (0.55, 0.30, 0.04), roughness=0.8),)),
        "window-right", "room:terracotta"),
    Identity(
        "hana", "Hana", "A woman in her thirties with a black bob, photographed in soft studio light.", "lifelike",
        Character(
            Shape(0, 34, {"asian": 1.0}, 0.5, 0.4, {"head/head-oval": 0.3}),
            Skin("young_lightskinned_female_diffuse2", gain=(1.02, 0.99, 0.93), blush=0.35, lips=(0.45, 0.07, 0.08), lips_strength=0.4),
            "brown_eye", Piece("hair/long01", (0.014, 0.011, 0.011), roughness=0.38), Piece("eyebrows/eyebrow001", (0.016, 0.012, 0.01)), "eyelashes/eyelashes02",
            clothes=(Piece("clothes/female_casualsuit02", (0.62, 0.60, 0.56), roughness=0.8),)),
        "beauty", "room:sage"),
    Identity(
        "ines", "Inês", "A woman of about forty, chestnut hair tied back, freckled.", "lifelike",
        Character(
            Shape(0, 40, {"caucasian": 0.8, "african": 0.2}, 0.5, 0.5, {"nose/nose-point-up": 0.2, "cheek/l-cheek-bones-incr": 0.4, "cheek/r-cheek-bones-incr": 0.4}),
            Skin("middleage_lightskinned_female_diffuse", gain=(0.98, 0.93, 0.88), freckles=0.75, wrinkles=0.3, lips=(0.42, 0.11, 0.10), lips_strength=0.3),
            "green_eye", Piece("hair/ponytail01", (0.16, 0.055, 0.025)), Piece("eyebrows/eyebrow008", (0.06, 0.03, 0.018)), "eyelashes/eyelashes01",
            clothes=(Piece("clothes/female_sportsuit01", (0.05, 0.16, 0.13), roughness=0.8),)),
        "window", "room:loft"),
    Identity(
        "taro", "Taro", "A young man under the neon signs of a rainy street.", "night",
        Character(
            Shape(1, 26, {"asian": 0.9, "caucasian": 0.1}, 0.55, 0.42, {"head/head-invertedtriangular": 0.3, "chin/chin-prominent-incr": 0.2}),
            Skin("young_lightskinned_male_diffuse", gain=(0.95, 0.92, 0.88), roughness=0.34),
            "brown_eye", Piece("hair/short04", (0.02, 0.018, 0.022), roughness=0.35), Piece("eyebrows/eyebrow009", (0.015, 0.012, 0.012)),
            clothes=(Piece("clothes/male_casualsuit06", (0.02, 0.02, 0.025), roughness=0.45),)),
        "neon", "night", ambient=(0.03, 0.03, 0.06)),
    Identity(
        "duchess", "The Duchess", "A lady of sixty-five, painted in oils by candlelight.", "oil painting",
        Character(
            Shape(0, 66, {"caucasian": 1.0}, 0.5, 0.6, {"nose/nose-greek-incr": 0.3, "head/head-oval": 0.2}),
            Skin("old_lightskinned_female_diffuse", wrinkles=0.6, blush=0.6, lips=(0.4, 0.06, 0.06), lips_strength=0.5),
            "grey_eye", Piece("hair/ponytail01", (0.42, 0.38, 0.33)), Piece("eyebrows/eyebrow006", (0.12, 0.09, 0.07)), "eyelashes/eyelashes01",
            clothes=(Piece("clothes/female_elegantsuit01", (0.22, 0.015, 0.03), roughness=0.5),)),
        "old-master", "backdrop:umber", "oil"),
    Identity(
        "detective", "The Detective", "A man in a fedora, in the black and white of an old film.", "film noir",
        Character(
            Shape(1, 55, {"african": 0.6, "caucasian": 0.4}, 0.6, 0.55, {"chin/chin-width-incr": 0.4, "head/head-rectangular": 0.4}),
            Skin("middleage_darkskinned_male_diffuse", gain=(1.5, 1.5, 1.5), wrinkles=0.6, stubble=0.4),
            "brown_eye", None, Piece("eyebrows/eyebrow009", (0.015, 0.012, 0.01)),
            clothes=(Piece("clothes/male_elegantsuit01", (0.045, 0.045, 0.05), roughness=0.7), Piece("clothes/fedora01:fedora", (0.06, 0.06, 0.065), roughness=0.85))),
        "noir", "backdrop:grey", "noir"),
    Identity(
        "senator", "The Senator", "A marble bust of an old statesman.", "marble",
        Character(
            Shape(1, 70, {"caucasian": 1.0}, 0.55, 0.5, {"nose/nose-hump-incr": 0.5, "chin/chin-prominent-incr": 0.3, "head/head-square": 0.3}),
            Skin("old_lightskinned_male_diffuse"),
            "grey_eye", None, Piece("eyebrows/eyebrow009")),
        "museum", "backdrop:slate", "photo", "marble"),
)
