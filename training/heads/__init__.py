"""Parametric heads: assembly from MakeHuman's CC0 assets, motion, rendering."""
