"""Short training clips of parametric heads, drawn by a fast rasteriser."""
