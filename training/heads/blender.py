"""Draws heads with Cycles (Blender as a Python module)."""

import math
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix, Vector

from . import materials
from .character import Pose
from .head import METRES, Head, Part
from .regions import region_masks
from .renderer import FILM, Camera, Lamp, Look, face_centre
from .strands import POINTS, Strands, grow
from .texture import eye_picture, load

ALPHA_BOUNCES = 24  # hair is many layers of cards
TO_BLENDER = Matrix(((1, 0, 0, 0), (0, 0, -1, 0), (0, 1, 0, 0), (0, 0, 0, 1)))


class BlenderRenderer:
    """Owns Blender's one scene; make a new one for each head."""

    def __init__(self, head: Head, look: Look, size: int, samples: int, seed: int = 0, fine: bool = True) -> None:
        bpy.ops.wm.read_factory_settings(use_empty=True)
        self._head, self._look, self._fine = head, look, fine
        self._scene = bpy.context.scene
        self._masks = region_masks(head.assets, head.template.vertices)
        self._neutral = head.posed(Pose())
        self._objects = [self._build(part, v) for part, v in zip(head.parts, self._neutral)]
        self._hair = [(strands, self._grown(strands)) for strands in self._grow()]
        self._settings(size, samples, seed)
        self._target = face_centre(head)
        self._camera()
        for lamp in look.lamps:
            self._lamp(lamp)
        self._ambient()

    def render(self, pose: Pose, path: Path) -> None:
        """Draws a pose to a PNG file."""
        for item, vertices in zip(self._objects, self._head.posed(pose)):
            item.data.vertices.foreach_set("co", _to_blender(vertices).ravel())
            item.data.update()
        turn = Matrix([*self._head.head_transform(pose).tolist(), [0, 0, 0, 1]])
        for strands, items in self._hair:
            if strands.style.region == "beard":
                points = strands.moved(self._head.rest, self._head.expressed(pose))
            for white, item in items:
                item.matrix_world = TO_BLENDER @ turn @ TO_BLENDER.inverted()
                if strands.style.region == "beard":
                    mine = _to_blender(points[strands.grey == white])
                    item.data.attributes["position"].data.foreach_set("vector", mine.ravel())
                    item.data.update_tag()
        self._scene.render.filepath = str(path)
        bpy.ops.render.render(write_still=True)

    def _settings(self, size: int, samples: int, seed: int) -> None:
        render, cycles = self._scene.render, self._scene.cycles
        render.engine = "CYCLES"
        render.resolution_x = render.resolution_y = size
        render.film_transparent = True
        render.image_settings.file_format = "PNG"
        render.image_settings.color_mode = "RGBA"
        render.use_persistent_data = True
        render.filter_size = 1.3
        cycles.device = "CPU"
        cycles.samples = samples
        cycles.seed = seed
        cycles.use_adaptive_sampling = True
        cycles.adaptive_threshold = 0.03
        cycles.use_denoising = True
        cycles.denoiser = "OPENIMAGEDENOISE"
        cycles.denoising_quality = "HIGH" if self._fine else "FAST"
        cycles.max_bounces = 4 if self._fine else 3
        cycles.transmission_bounces = 3
        self._scene.cycles_curves.shape = "RIBBONS"
        cycles.transparent_max_bounces = ALPHA_BOUNCES
        cycles.sample_clamp_indirect = 4.0
        view = self._scene.view_settings
        view.view_transform = "AgX"
        view.look = "AgX - Medium High Contrast"
        view.exposure = self._look.exposure

    def _camera(self) -> None:
        facing = Camera.facing(self._head, self._look)
        camera = bpy.data.cameras.new("camera")
        camera.lens, camera.sensor_width, camera.shift_y = facing.focal_length, FILM, facing.shift
        item = bpy.data.objects.new("camera", camera)
        self._scene.collection.objects.link(item)
        item.location = _to_blender(facing.position)
        item.rotation_euler = (math.pi / 2, 0, 0)
        camera.clip_start = 0.05
        self._scene.camera = item

    def _lamp(self, lamp: Lamp) -> None:
        data = bpy.data.lights.new("lamp", "AREA")
        data.shape, data.size, data.energy, data.color = "SQUARE", lamp.size, lamp.power, lamp.colour
        item = bpy.data.objects.new("lamp", data)
        self._scene.collection.objects.link(item)
        azimuth, elevation = math.radians(lamp.azimuth), math.radians(lamp.elevation)
        direction = np.array([math.sin(azimuth) * math.cos(elevation), math.sin(elevation),
                              math.cos(azimuth) * math.cos(elevation)])
        item.location = _to_blender(self._target + direction * lamp.distance)
        toward = Vector(_to_blender(-direction))
        item.rotation_euler = toward.to_track_quat("-Z", "Y").to_euler()

    def _ambient(self) -> None:
        world = bpy.data.worlds.new("ambient")
        world.use_nodes = True
        world.node_tree.nodes["Background"].inputs[0].default_value = (*self._look.ambient, 1)
        self._scene.world = world

    def _build(self, part: Part, vertices: np.ndarray):
        used = sorted({v for c in part.mesh.corners for v in c})
        data = bpy.data.meshes.new(part.surface)
        data.from_pydata(_to_blender(vertices).tolist(), [], [list(c) for c in part.mesh.corners])
        layer = data.uv_layers.new(name="uv")
        flat = np.array([part.mesh.uvs[i] for c in part.mesh.uv_corners for i in c])
        layer.data.foreach_set("uv", flat.astype(np.float32).ravel())
        rest = part.mesh.vertices if part.binding is None else vertices / METRES
        data.attributes.new("rest", "FLOAT_VECTOR", "POINT").data.foreach_set(
            "vector", (rest * METRES).astype(np.float32).ravel())
        if part.binding is None:
            for name, mask in self._masks.items():
                data.attributes.new(name, "FLOAT", "POINT").data.foreach_set("value", mask.astype(np.float32))
        data.shade_smooth()
        data.materials.append(self._material(part))
        item = bpy.data.objects.new(part.surface, data)
        self._scene.collection.objects.link(item)
        levels = {"skin": 2 if self._fine else 1, "eyes": 1, "cornea": 1}.get(part.surface, 1 if part.surface.startswith("clothes") else 0)
        if levels and used:
            modifier = item.modifiers.new("smooth", "SUBSURF")
            modifier.levels = modifier.render_levels = levels
        if part.surface.startswith("clothes"):
            thick = item.modifiers.new("thick", "SOLIDIFY")
            thick.thickness, thick.offset = 0.003, 1.0
        return item

    def _grow(self) -> list[Strands]:
        return [grow(self._head, style, i) for i, style in enumerate(self._head.character.styles)]

    def _grown(self, strands: Strands) -> list:
        """Curve objects for the coloured and the white strands."""
        items = []
        for white in (False, True):
            points = strands.points[strands.grey == white]
            if not len(points):
                continue
            data = bpy.data.hair_curves.new("hair")
            data.add_curves([POINTS] * len(points))
            data.attributes["position"].data.foreach_set("vector", _to_blender(points).ravel())
            taper = np.linspace(strands.style.root_radius, strands.style.tip_radius, POINTS)
            radius = data.attributes.new("radius", "FLOAT", "POINT")
            radius.data.foreach_set("value", np.tile(taper, len(points)).astype(np.float32))
            stone = self._look.surface in ("marble", "bronze", "clay")
            data.materials.append(materials.stone(self._look.surface) if stone else materials.strand(strands.style, white))
            item = bpy.data.objects.new("hair", data)
            self._scene.collection.objects.link(item)
            items.append((white, item))
        return items

    def _material(self, part: Part) -> bpy.types.Material:
        character, textures = self._head.character, self._head.assets / "textures-512"
        surface = part.surface
        if self._look.surface in ("marble", "bronze", "clay") and surface not in ("cornea",):
            return self._statue(part, textures)
        if surface == "skin":
            return materials.skin(character.skin, self._head.assets)
        if surface == "eyes":
            return materials.eyeball(eye_picture(self._head.assets, character.eyes))
        if surface == "cornea":
            return materials.cornea()
        if surface == "teeth":
            return materials.wet(load(textures / "teeth/teeth.png", 1024), "teeth", 0.22, 1.3)
        if surface == "tongue":
            return materials.wet(load(textures / "tongue/tongue01_diffuse.png"), "tongue", 0.3, 0.9, 0.18)
        if surface.startswith("clothes"):
            return materials.cloth(character.clothes[int(surface[7:])])
        return materials.hair(*self._strands(surface, textures))

    def _strands(self, surface: str, textures: Path):
        character = self._head.character
        if surface == "brows":
            name = character.brows.asset.split("/")[1]
            return character.brows, load(textures / "eyebrows" / f"{name}.png", 1024), 0.9
        if surface == "lashes":
            piece = character.brows.__class__(character.lashes, (0.008, 0.006, 0.005))
            return piece, load(textures / "eyelashes" / f"{character.lashes.split('/')[1]}.png", 1024), 0.9
        assert character.hair is not None
        name = character.hair.asset.split("/")[1].replace("afro01", "afro")
        return character.hair, load(textures / "hair" / f"{name}_diffuse.png", 2048), 1.0

    def _statue(self, part: Part, textures: Path) -> bpy.types.Material:
        kind = self._look.surface
        if part.surface in ("brows", "lashes"):
            return materials.absent()
        return materials.stone(kind)


def _to_blender(points: np.ndarray) -> np.ndarray:
    """From y up, looking along +z, to Blender's z up, looking along -y."""
    points = np.asarray(points)
    return np.stack([points[..., 0], -points[..., 2], points[..., 1]], axis=-1).astype(np.float32)
