"""Triangle rasteriser with a z-buffer: what each pixel sees, then its colour. Compiled with numba.

Points are (x, y, q): pixels from the top left, and q = 1 / distance along the optical axis, so that the greatest q
is the nearest and q interpolates linearly over the picture.
"""

import math

import numpy as np
from numba import njit

NOTHING = -1
OPAQUE_FROM = 0.55  # fragments of hair with more alpha than this hide what lies behind
# Columns of the material table.
WRAP_R, WRAP_G, WRAP_B, GLOSS, SHARPNESS, LEVELS, STRAND, BIAS, BEHIND = range(9)
MATERIAL_COLUMNS = 9


@njit(cache=True, fastmath=True)
def _texel(sheets, start, height, width, u, v, out):
    x, y = u * width - 0.5, (1.0 - v) * height - 0.5
    x, y = min(max(x, 0.0), width - 1.001), min(max(y, 0.0), height - 1.001)
    column, row = int(x), int(y)
    fx, fy = x - column, y - row
    a = start + row * width + column
    b = a + width
    for c in range(4):
        top = sheets[a, c] * (1 - fx) + sheets[a + 1, c] * fx
        low = sheets[b, c] * (1 - fx) + sheets[b + 1, c] * fx
        out[c] = (top * (1 - fy) + low * fy) / 255.0
    for c in range(3):
        out[c] = out[c] * (out[c] * (0.3053 * out[c] + 0.6822) + 0.0125)  # sRGB to linear light


@njit(cache=True, fastmath=True)
def see(points, triangles, kinds, uvs, uv_triangles, materials, sheets, sheet_table, tested, depth, index):
    """Draws `triangles` into `depth` (h, w) and `index` (h, w); with `tested`, only where the texture is opaque."""
    height, width = depth.shape
    colour = np.zeros(4, dtype=np.float32)
    for t in range(triangles.shape[0]):
        i, j, k = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        x0, y0, x1, y1, x2, y2 = points[i, 0], points[i, 1], points[j, 0], points[j, 1], points[k, 0], points[k, 1]
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        if abs(area) < 1e-7:
            continue
        left, right = max(0, int(math.ceil(min(x0, x1, x2) - 0.5))), min(width - 1, int(math.floor(max(x0, x1, x2) - 0.5)))
        top, bottom = max(0, int(math.ceil(min(y0, y1, y2) - 0.5))), min(height - 1, int(math.floor(max(y0, y1, y2) - 0.5)))
        if left > right or top > bottom:
            continue
        inverse = 1.0 / area
        q0, q1, q2 = points[i, 2], points[j, 2], points[k, 2]
        kind = kinds[t]
        lift = 1.0 + materials[kind, BIAS]
        for row in range(top, bottom + 1):
            py = row + 0.5
            for column in range(left, right + 1):
                px = column + 0.5
                w0 = ((x1 - px) * (y2 - py) - (x2 - px) * (y1 - py)) * inverse
                w1 = ((x2 - px) * (y0 - py) - (x0 - px) * (y2 - py)) * inverse
                w2 = 1.0 - w0 - w1
                if w0 < 0.0 or w1 < 0.0 or w2 < 0.0:
                    continue
                q = w0 * q0 + w1 * q1 + w2 * q2
                if q * lift <= depth[row, column]:
                    continue
                if tested:
                    b0, b1, b2 = w0 * q0 / q, w1 * q1 / q, w2 * q2 / q
                    a, b, c = uv_triangles[t, 0], uv_triangles[t, 1], uv_triangles[t, 2]
                    _texel(sheets, sheet_table[kind, 0], sheet_table[kind, 1], sheet_table[kind, 2],
                           b0 * uvs[a, 0] + b1 * uvs[b, 0] + b2 * uvs[c, 0], b0 * uvs[a, 1] + b1 * uvs[b, 1] + b2 * uvs[c, 1], colour)
                    if colour[3] < OPAQUE_FROM:
                        continue
                depth[row, column] = q * lift
                index[row, column] = t


@njit(cache=True, fastmath=True)
def _light(t, b0, b1, b2, triangles, kinds, uvs, uv_triangles, places, normals, occlusion, materials, sheets,
           sheet_table, eye, lamps, sky, shadow, shadow_frame, out):
    """Colour and alpha of a fragment; `b` are its weights on the triangle's corners."""
    i, j, k = triangles[t, 0], triangles[t, 1], triangles[t, 2]
    a, b, c = uv_triangles[t, 0], uv_triangles[t, 1], uv_triangles[t, 2]
    kind = kinds[t]
    _texel(sheets, sheet_table[kind, 0], sheet_table[kind, 1], sheet_table[kind, 2],
           b0 * uvs[a, 0] + b1 * uvs[b, 0] + b2 * uvs[c, 0], b0 * uvs[a, 1] + b1 * uvs[b, 1] + b2 * uvs[c, 1], out)
    nx = b0 * normals[i, 0] + b1 * normals[j, 0] + b2 * normals[k, 0]
    ny = b0 * normals[i, 1] + b1 * normals[j, 1] + b2 * normals[k, 1]
    nz = b0 * normals[i, 2] + b1 * normals[j, 2] + b2 * normals[k, 2]
    x = b0 * places[i, 0] + b1 * places[j, 0] + b2 * places[k, 0]
    y = b0 * places[i, 1] + b1 * places[j, 1] + b2 * places[k, 1]
    z = b0 * places[i, 2] + b1 * places[j, 2] + b2 * places[k, 2]
    size = 1.0 / math.sqrt(nx * nx + ny * ny + nz * nz + 1e-12)
    nx, ny, nz = nx * size, ny * size, nz * size
    vx, vy, vz = eye[0] - x, eye[1] - y, eye[2] - z
    size = 1.0 / math.sqrt(vx * vx + vy * vy + vz * vz)
    vx, vy, vz = vx * size, vy * size, vz * size
    facing = nx * vx + ny * vy + nz * vz
    if facing < 0:
        nx, ny, nz, facing = -nx, -ny, -nz, -facing
    open_ = b0 * occlusion[i] + b1 * occlusion[j] + b2 * occlusion[k]
    levels, strand = materials[kind, LEVELS], materials[kind, STRAND]
    red = (sky[0, 0] + sky[1, 0] * ny + sky[2, 0] * nx) * open_
    green = (sky[0, 1] + sky[1, 1] * ny + sky[2, 1] * nx) * open_
    blue = (sky[0, 2] + sky[1, 2] * ny + sky[2, 2] * nx) * open_
    shine_r, shine_g, shine_b = 0.0, 0.0, 0.0
    gloss, sharp = materials[kind, GLOSS], materials[kind, SHARPNESS]
    for n in range(lamps.shape[0]):
        lx, ly, lz = lamps[n, 0], lamps[n, 1], lamps[n, 2]
        lit = nx * lx + ny * ly + nz * lz
        clear = 0.35 + 0.65 * min(1.0, open_ * 1.4)
        if materials[kind, BEHIND] > 0:
            clear = open_
        if n == 0 and shadow.shape[0] > 1 and lit > -0.35:
            clear *= _unshaded(x + nx * 0.004, y + ny * 0.004, z + nz * 0.004, shadow, shadow_frame)
        for channel in range(3):
            wrap = materials[kind, channel]
            part = max(0.0, (lit + wrap) / (1.0 + wrap)) * clear
            if levels > 0:
                part = (math.floor(part * levels + 0.5)) / levels
            part *= lamps[n, 3 + channel]
            if channel == 0:
                red += part
            elif channel == 1:
                green += part
            else:
                blue += part
        if gloss <= 0:
            continue
        hx, hy, hz = lx + vx, ly + vy, lz + vz
        size = 1.0 / math.sqrt(hx * hx + hy * hy + hz * hz + 1e-9)
        half = max(0.0, (nx * hx + ny * hy + nz * hz) * size)
        if strand > 0:  # hair: the highlight lies across the strands, which run down
            along = (hy * size) * 0.9 + 0.2
            half = math.sqrt(max(0.0, 1.0 - along * along)) * half
        shine = 0.0
        if lit > -0.1 and sharp * (1.0 - half) < 9.0:  # else less than a thousandth
            shine = gloss * math.exp(sharp * math.log(half)) * clear
        if levels > 0:
            shine = gloss * 0.5 if shine > 0.4 * gloss else 0.0
        shine_r += shine * lamps[n, 3]
        shine_g += shine * lamps[n, 4]
        shine_b += shine * lamps[n, 5]
    rim = 1.0 - facing
    rim = gloss * 0.25 * rim * rim * rim * rim * rim
    out[0] = out[0] * red + shine_r + rim * sky[0, 0]
    out[1] = out[1] * green + shine_g + rim * sky[0, 1]
    out[2] = out[2] * blue + shine_b + rim * sky[0, 2]


@njit(cache=True, fastmath=True)
def _unshaded(x, y, z, shadow, frame):
    """Share of the first lamp's light that arrives, from its depth picture (orthographic)."""
    px = frame[0, 0] * x + frame[0, 1] * y + frame[0, 2] * z + frame[0, 3]
    py = frame[1, 0] * x + frame[1, 1] * y + frame[1, 2] * z + frame[1, 3]
    d = frame[2, 0] * x + frame[2, 1] * y + frame[2, 2] * z + frame[2, 3]
    height, width = shadow.shape
    column, row = int(px - 1.5), int(py - 1.5)
    if column < 1 or row < 1 or column + 5 > width or row + 5 > height:
        return 1.0
    fx, fy = px - 1.5 - column, py - 1.5 - row
    total = 0.0
    for dy in range(4):
        wy = 1.0 - fy if dy == 0 else (fy if dy == 3 else 1.0)
        for dx in range(4):
            wx = 1.0 - fx if dx == 0 else (fx if dx == 3 else 1.0)
            if d < shadow[row + dy, column + dx] + 0.002:
                total += wx * wy
    return total / 9.0


@njit(cache=True, fastmath=True)
def colour(index, points, triangles, kinds, uvs, uv_triangles, places, normals, occlusion, materials, sheets,
           sheet_table, eye, lamps, sky, shadow, shadow_frame, picture):
    """Lights every pixel of `index` that sees something, into `picture` (h, w, 3), linear light."""
    height, width = index.shape
    out = np.zeros(4, dtype=np.float32)
    for row in range(height):
        for column in range(width):
            t = index[row, column]
            if t < 0:
                continue
            i, j, k = triangles[t, 0], triangles[t, 1], triangles[t, 2]
            x0, y0, x1, y1, x2, y2 = points[i, 0], points[i, 1], points[j, 0], points[j, 1], points[k, 0], points[k, 1]
            px, py = column + 0.5, row + 0.5
            inverse = 1.0 / ((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0))
            w0 = ((x1 - px) * (y2 - py) - (x2 - px) * (y1 - py)) * inverse
            w1 = ((x2 - px) * (y0 - py) - (x0 - px) * (y2 - py)) * inverse
            q0, q1, q2 = w0 * points[i, 2], w1 * points[j, 2], (1.0 - w0 - w1) * points[k, 2]
            q = 1.0 / (q0 + q1 + q2)
            _light(t, q0 * q, q1 * q, q2 * q, triangles, kinds, uvs, uv_triangles, places, normals, occlusion, materials,
                   sheets, sheet_table, eye, lamps, sky, shadow, shadow_frame, out)
            picture[row, column, 0], picture[row, column, 1], picture[row, column, 2] = out[0], out[1], out[2]


@njit(cache=True, fastmath=True)
def blend(order, points, triangles, kinds, uvs, uv_triangles, places, normals, occlusion, materials, sheets,
          sheet_table, eye, lamps, sky, shadow, shadow_frame, blended_only, depth, picture):
    """Lays the translucent fragments of the triangles in `order` (far to near) over `picture`."""
    height, width = depth.shape
    out = np.zeros(4, dtype=np.float32)
    for n in range(order.shape[0]):
        t = order[n]
        i, j, k = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        x0, y0, x1, y1, x2, y2 = points[i, 0], points[i, 1], points[j, 0], points[j, 1], points[k, 0], points[k, 1]
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        if abs(area) < 1e-7:
            continue
        left, right = max(0, int(math.ceil(min(x0, x1, x2) - 0.5))), min(width - 1, int(math.floor(max(x0, x1, x2) - 0.5)))
        top, bottom = max(0, int(math.ceil(min(y0, y1, y2) - 0.5))), min(height - 1, int(math.floor(max(y0, y1, y2) - 0.5)))
        inverse = 1.0 / area
        lift = 1.0 + materials[kinds[t], BIAS]
        kind = kinds[t]
        for row in range(top, bottom + 1):
            py = row + 0.5
            for column in range(left, right + 1):
                px = column + 0.5
                w0 = ((x1 - px) * (y2 - py) - (x2 - px) * (y1 - py)) * inverse
                w1 = ((x2 - px) * (y0 - py) - (x0 - px) * (y2 - py)) * inverse
                w2 = 1.0 - w0 - w1
                if w0 < 0.0 or w1 < 0.0 or w2 < 0.0:
                    continue
                q0, q1, q2 = w0 * points[i, 2], w1 * points[j, 2], w2 * points[k, 2]
                q = q0 + q1 + q2
                if q * lift <= depth[row, column]:
                    continue
                b0, b1, b2 = q0 / q, q1 / q, q2 / q
                a, b, c = uv_triangles[t, 0], uv_triangles[t, 1], uv_triangles[t, 2]
                _texel(sheets, sheet_table[kind, 0], sheet_table[kind, 1], sheet_table[kind, 2],
                       b0 * uvs[a, 0] + b1 * uvs[b, 0] + b2 * uvs[c, 0], b0 * uvs[a, 1] + b1 * uvs[b, 1] + b2 * uvs[c, 1], out)
                alpha = out[3]
                if alpha < 0.02 or (not blended_only[kind] and alpha >= OPAQUE_FROM):
                    continue
                _light(t, b0, b1, b2, triangles, kinds, uvs, uv_triangles, places, normals, occlusion, materials,
                       sheets, sheet_table, eye, lamps, sky, shadow, shadow_frame, out)
                for channel in range(3):
                    picture[row, column, channel] = picture[row, column, channel] * (1 - alpha) + out[channel] * alpha


@njit(cache=True, fastmath=True)
def smooth_normals(places, triangles, out):
    """Area-weighted vertex normals, not normalised."""
    out[:] = 0
    for t in range(triangles.shape[0]):
        i, j, k = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        ax, ay, az = places[j, 0] - places[i, 0], places[j, 1] - places[i, 1], places[j, 2] - places[i, 2]
        bx, by, bz = places[k, 0] - places[i, 0], places[k, 1] - places[i, 1], places[k, 2] - places[i, 2]
        x, y, z = ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx
        for n in (i, j, k):
            out[n, 0] += x
            out[n, 1] += y
            out[n, 2] += z


@njit(cache=True, fastmath=True)
def nearest(points, triangles, depth):
    """Orthographic depth picture: the least third coordinate that each pixel sees."""
    height, width = depth.shape
    for t in range(triangles.shape[0]):
        i, j, k = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        x0, y0, x1, y1, x2, y2 = points[i, 0], points[i, 1], points[j, 0], points[j, 1], points[k, 0], points[k, 1]
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        if abs(area) < 1e-7:
            continue
        left, right = max(0, int(math.ceil(min(x0, x1, x2) - 0.5))), min(width - 1, int(math.floor(max(x0, x1, x2) - 0.5)))
        top, bottom = max(0, int(math.ceil(min(y0, y1, y2) - 0.5))), min(height - 1, int(math.floor(max(y0, y1, y2) - 0.5)))
        inverse = 1.0 / area
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                px, py = column + 0.5, row + 0.5
                w0 = ((x1 - px) * (y2 - py) - (x2 - px) * (y1 - py)) * inverse
                w1 = ((x2 - px) * (y0 - py) - (x0 - px) * (y2 - py)) * inverse
                w2 = 1.0 - w0 - w1
                if w0 < 0.0 or w1 < 0.0 or w2 < 0.0:
                    continue
                d = w0 * points[i, 2] + w1 * points[j, 2] + w2 * points[k, 2]
                if d < depth[row, column]:
                    depth[row, column] = d


@njit(cache=True)
def seen_share(points, depth, tolerance, out):
    """Adds 1 to `out` for each point that its depth picture shows."""
    height, width = depth.shape
    for n in range(points.shape[0]):
        column, row = int(points[n, 0]), int(points[n, 1])
        if column < 0 or row < 0 or column >= width or row >= height or points[n, 2] < depth[row, column] + tolerance:
            out[n] += 1
