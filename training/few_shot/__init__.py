"""The few-shot vid2vid generator: its networks, training, measuring and export."""
