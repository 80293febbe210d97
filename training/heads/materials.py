"""Surfaces of heads for Cycles: skin, eyes, hair cards, teeth, cloth, stone."""

from pathlib import Path

import bpy
import numpy as np

from .character import Piece, Skin
from .hairstyle import HairStyle
from .texture import hair_picture, skin_picture

MILLIMETRE = 0.001


class Nodes:
    """Short hand for building a node tree."""

    def __init__(self, name: str) -> None:
        self.material = bpy.data.materials.new(name)
        self.material.use_nodes = True
        self.tree = self.material.node_tree
        self.tree.nodes.clear()
        self.output = self.tree.nodes.new("ShaderNodeOutputMaterial")

    def add(self, kind: str, inputs: dict | None = None, **settings):
        node = self.tree.nodes.new(f"ShaderNode{kind}")
        for key, value in settings.items():
            setattr(node, key, value)
        for key, value in (inputs or {}).items():
            self.set(node, key, value)
        return node

    def set(self, node, key, value) -> None:
        """A value, or the output socket of another node."""
        if isinstance(value, bpy.types.NodeSocket):
            self.tree.links.new(value, node.inputs[key])
        elif isinstance(value, tuple) and len(value) == 3 and node.inputs[key].type == "RGBA":
            node.inputs[key].default_value = (*value, 1.0)
        else:
            node.inputs[key].default_value = value

    def surface(self, socket):
        self.tree.links.new(socket, self.output.inputs["Surface"])
        return self.material

    def image(self, pixels: np.ndarray, name: str, data: bool = False):
        """A texture node of (h, w, 3 or 4) floats, row 0 at the top, sRGB unless `data`."""
        height, width = pixels.shape[:2]
        full = np.ones((height, width, 4), dtype=np.float32)
        full[..., : pixels.shape[2]] = pixels
        picture = bpy.data.images.new(name, width, height, alpha=True, float_buffer=False)
        picture.colorspace_settings.name = "Non-Color" if data else "sRGB"
        picture.alpha_mode = "CHANNEL_PACKED"
        picture.pixels.foreach_set(np.ascontiguousarray(full[::-1]).ravel())
        return self.add("TexImage", image=picture, interpolation="Cubic")

    def math(self, operation: str, a, b=0.0):
        node = self.add("Math", operation=operation)
        self.set(node, 0, a)
        self.set(node, 1, b)
        return node.outputs[0]

    def mix(self, factor, a, b, blend: str = "MIX"):
        node = self.add("Mix", data_type="RGBA", blend_type=blend)
        for index, value in ((0, factor), (6, a), (7, b)):
            if isinstance(value, bpy.types.NodeSocket):
                self.tree.links.new(value, node.inputs[index])
            else:
                node.inputs[index].default_value = (*value, 1.0) if isinstance(value, tuple) else value
        return node.outputs[2]

    def attribute(self, name: str):
        return self.add("Attribute", attribute_name=name)

    def noise(self, position, scale: float, detail: float = 3.0, roughness: float = 0.55):
        return self.add("TexNoise", {"Vector": position, "Scale": scale, "Detail": detail, "Roughness": roughness})


def skin(look: Skin, assets: Path) -> bpy.types.Material:
    n = Nodes("skin")
    rest = n.attribute("rest").outputs["Vector"]
    lips, lids, cheeks = (n.attribute(k).outputs["Fac"] for k in ("lips", "lids", "cheeks"))
    base = n.image(skin_picture(assets, look), "skin").outputs["Color"]
    mottle = n.noise(rest, 90, 4).outputs["Fac"]
    colour = n.mix(n.math("MULTIPLY", n.math("SUBTRACT", mottle, 0.42), 0.55), base, (0.45, 0.12, 0.09), "SOFT_LIGHT")
    fine = n.noise(rest, 700, 2).outputs["Fac"]
    colour = n.mix(n.math("MULTIPLY", n.math("SUBTRACT", fine, 0.5), 0.35), colour, (0.2, 0.08, 0.05), "MULTIPLY")
    if look.blush:
        colour = n.mix(n.math("MULTIPLY", cheeks, look.blush), colour, (0.75, 0.22, 0.18), "SOFT_LIGHT")
    if look.freckles:
        cells = n.add("TexVoronoi", {"Vector": rest, "Scale": 420.0, "Randomness": 1.0}, feature="F1")
        seldom = n.math("GREATER_THAN", n.add("SeparateColor", {"Color": cells.outputs["Color"]}).outputs[0], 0.45)
        near = n.add("MapRange", {"Value": cells.outputs["Distance"], "From Min": 0.42, "From Max": 0.18})
        dots = n.math("MULTIPLY", n.math("MULTIPLY", near.outputs[0], seldom), n.attribute("freckled").outputs["Fac"])
        colour = n.mix(n.math("MULTIPLY", dots, look.freckles), colour, (0.36, 0.15, 0.07))
    if look.eyeshadow:
        colour = n.mix(n.math("MULTIPLY", lids, 0.55), colour, look.eyeshadow)
    if look.lips:
        colour = n.mix(n.math("MULTIPLY", lips, look.lips_strength), colour, look.lips)
    if look.stubble:
        hairs = n.add("TexVoronoi", {"Vector": rest, "Scale": 950.0}, feature="F1").outputs["Distance"]
        dots = n.add("MapRange", {"Value": hairs, "From Min": 0.5, "From Max": 0.15}).outputs[0]
        shade = n.math("MULTIPLY", n.attribute("beard").outputs["Fac"], n.math("ADD", n.math("MULTIPLY", dots, 0.6), 0.3))
        colour = n.mix(n.math("MULTIPLY", shade, look.stubble), colour, (0.02, 0.017, 0.016))
    if look.scalp is not None:
        colour = n.mix(n.math("MULTIPLY", n.attribute("scalp").outputs["Fac"], 0.85), colour, look.scalp)
    relief = _skin_relief(n, rest, lips, look)
    matt = n.math("MULTIPLY_ADD", n.noise(rest, 160, 3).outputs["Fac"], 0.22)
    matt.node.inputs[2].default_value = look.roughness - 0.11
    matt = n.math("SUBTRACT", matt, n.math("MULTIPLY", lips, 0.1))
    shader = n.add(
        "BsdfPrincipled",
        {
            "Base Color": colour,
            "Roughness": matt,
            "Specular IOR Level": 0.42,
            "Subsurface Weight": 1.0,
            "Subsurface Radius": (1.0, 0.36, 0.2),
            "Subsurface Scale": 1.4 * MILLIMETRE,
            "Normal": relief,
        },
    )
    return n.surface(shader.outputs[0])


def _skin_relief(n: Nodes, rest, lips, look: Skin):
    """Pores, fine lines and, with age, creases; lips get vertical lines of their own."""
    pores = n.add("TexVoronoi", {"Vector": rest, "Scale": 900.0}, feature="SMOOTH_F1")
    n.set(pores, "Smoothness", 0.4)
    grain = n.noise(rest, 380, 4).outputs["Fac"]
    height = n.math("ADD", n.math("MULTIPLY", pores.outputs["Distance"], 0.5), n.math("MULTIPLY", grain, 0.9))
    height = n.math("MULTIPLY", height, n.math("SUBTRACT", 1.0, n.math("MULTIPLY", lips, 0.7)))
    stretched = n.add("Mapping", {"Vector": rest})
    stretched.inputs["Scale"].default_value = (1.0, 0.16, 0.5)
    lines = n.noise(stretched.outputs[0], 950, 2).outputs["Fac"]
    height = n.math("ADD", height, n.math("MULTIPLY", n.math("MULTIPLY", lips, lines), 1.4))
    if look.wrinkles:
        across = n.add("Mapping", {"Vector": rest})
        across.inputs["Scale"].default_value = (0.3, 1.0, 0.6)
        creases = n.noise(across.outputs[0], 240, 4, 0.6).outputs["Fac"]
        height = n.math("ADD", height, n.math("MULTIPLY", creases, 2.4 * look.wrinkles))
    bump = n.add("Bump", {"Height": height, "Strength": 0.42 * look.pores, "Distance": 0.35 * MILLIMETRE})
    return bump.outputs[0]


def eyeball(texture: np.ndarray) -> bpy.types.Material:
    n = Nodes("eye")
    image = n.image(texture, "eye")
    shader = n.add("BsdfPrincipled", {"Base Color": image.outputs["Color"], "Roughness": 0.35,
                                      "Specular IOR Level": 0.25, "Subsurface Weight": 0.25,
                                      "Subsurface Scale": MILLIMETRE, "Subsurface Radius": (1.0, 0.5, 0.4)})
    return n.surface(shader.outputs[0])


def cornea() -> bpy.types.Material:
    """A clear coat: it only adds the reflection, so that the iris below keeps its light."""
    n = Nodes("cornea")
    facing = n.add("Fresnel", {"IOR": 1.38}).outputs[0]
    clear = n.add("BsdfTransparent")
    gloss = n.add("BsdfGlossy", {"Roughness": 0.03})
    mixed = n.add("MixShader", {0: facing, 1: clear.outputs[0], 2: gloss.outputs[0]})
    return n.surface(mixed.outputs[0])


def hair(piece: Piece, texture: np.ndarray, opacity: float = 1.0) -> bpy.types.Material:
    """Strands painted on cards: colour from the sheet, alpha blended, two soft highlights."""
    n = Nodes("hair")
    image = n.image(hair_picture(texture, piece.colour), "hair")
    shader = n.add("BsdfPrincipled", {"Base Color": image.outputs["Color"], "Roughness": piece.roughness,
                                      "Specular IOR Level": 0.35, "Anisotropic": 0.6})
    clear = n.add("BsdfTransparent")
    alpha = n.math("MULTIPLY", image.outputs["Alpha"], opacity)
    mixed = n.add("MixShader", {0: alpha, 1: clear.outputs[0], 2: shader.outputs[0]})
    return n.surface(mixed.outputs[0])


def wet(texture: np.ndarray, name: str, roughness: float, gain: float, glow: float = 0) -> bpy.types.Material:
    """Teeth and tongue. `glow` stands for the light that a mouth's inside hands on from wall to wall, more than the few bounces followed."""
    n = Nodes(name)
    image = n.image(np.clip(texture[..., :3] * gain, 0, 1), name)
    shader = n.add("BsdfPrincipled", {"Base Color": image.outputs["Color"], "Roughness": roughness,
                                      "Specular IOR Level": 0.5, "Subsurface Weight": 0.35,
                                      "Subsurface Scale": MILLIMETRE, "Subsurface Radius": (1.0, 0.6, 0.5),
                                      "Emission Color": image.outputs["Color"], "Emission Strength": glow})
    return n.surface(shader.outputs[0])


def cloth(piece: Piece) -> bpy.types.Material:
    """Woven fabric in one colour: sheen, threads, a little unevenness."""
    n = Nodes("cloth")
    rest = n.attribute("rest").outputs["Vector"]
    colour = piece.colour or (0.1, 0.1, 0.12)
    blotches = n.noise(rest, 30, 3).outputs["Fac"]
    base = n.mix(n.math("MULTIPLY", blotches, 0.35), colour, tuple(c * 0.55 for c in colour))
    weave = n.add("TexWave", {"Vector": rest, "Scale": 420.0, "Distortion": 1.5}, wave_type="BANDS")
    cross = n.add("TexWave", {"Vector": rest, "Scale": 420.0, "Distortion": 1.5}, wave_type="BANDS", bands_direction="Y")
    threads = n.math("ADD", weave.outputs["Fac"], cross.outputs["Fac"])
    folds = n.noise(rest, 14, 2).outputs["Fac"]
    height = n.math("ADD", n.math("MULTIPLY", threads, 0.12), n.math("MULTIPLY", folds, 6.0))
    bump = n.add("Bump", {"Height": height, "Strength": 0.5, "Distance": 0.002})
    shader = n.add("BsdfPrincipled", {"Base Color": base, "Roughness": piece.roughness, "Sheen Weight": 0.25,
                                      "Sheen Roughness": 0.5, "Specular IOR Level": 0.2, "Normal": bump.outputs[0]})
    return n.surface(shader.outputs[0])


def stone(kind: str) -> bpy.types.Material:
    """Marble, bronze or clay for busts."""
    n = Nodes(kind)
    rest = n.attribute("rest").outputs["Vector"]
    if kind == "bronze":
        patina = n.noise(rest, 22, 6, 0.65).outputs["Fac"]
        base = n.mix(n.add("MapRange", {"Value": patina, "From Min": 0.5, "From Max": 0.68}).outputs[0],
                     (0.32, 0.17, 0.07), (0.10, 0.20, 0.15))
        inputs = {"Metallic": 0.85, "Roughness": 0.38}
    elif kind == "clay":
        base = n.mix(n.noise(rest, 40, 5).outputs["Fac"], (0.50, 0.22, 0.13), (0.36, 0.15, 0.09))
        inputs = {"Roughness": 0.75, "Specular IOR Level": 0.25}
    else:
        warped = n.noise(rest, 9, 6, 0.65)
        veins = n.add("TexNoise", {"Vector": warped.outputs["Color"], "Scale": 4.5, "Detail": 8.0, "Roughness": 0.7})
        line = n.math("ABSOLUTE", n.math("SUBTRACT", veins.outputs["Fac"], 0.5))
        vein = n.add("MapRange", {"Value": line, "From Min": 0.035, "From Max": 0.0}).outputs[0]
        base = n.mix(n.math("MULTIPLY", vein, 0.45), (0.82, 0.80, 0.76), (0.42, 0.41, 0.42))
        inputs = {"Roughness": 0.36, "Subsurface Weight": 0.6, "Subsurface Scale": 3 * MILLIMETRE,
                  "Subsurface Radius": (1.0, 0.9, 0.75)}
    chips = n.noise(rest, 260, 4).outputs["Fac"]
    bump = n.add("Bump", {"Height": chips, "Strength": 0.25, "Distance": 0.0008})
    shader = n.add("BsdfPrincipled", {"Base Color": base, "Normal": bump.outputs[0], **inputs})
    return n.surface(shader.outputs[0])


def absent() -> bpy.types.Material:
    """Draws nothing."""
    n = Nodes("absent")
    return n.surface(n.add("BsdfTransparent").outputs[0])


def strand(style: HairStyle, white: bool) -> bpy.types.Material:
    """Hair fibres (Chiang et al. 2016); melanin gives the natural colours."""
    n = Nodes("strand")
    if style.tint is not None and not white:
        fibre = n.add("BsdfHairPrincipled", {"Color": style.tint, "Roughness": style.roughness, "Radial Roughness": 0.4,
                                             "Random Roughness": 0.2}, parametrization="COLOR")
    else:
        fibre = n.add("BsdfHairPrincipled", {"Melanin": 0.06 if white else style.melanin, "Melanin Redness": 0.2 if white else style.redness,
                                             "Roughness": style.roughness, "Radial Roughness": 0.4, "Random Color": 0.25,
                                             "Random Roughness": 0.2}, parametrization="MELANIN")
    return n.surface(fibre.outputs[0])
