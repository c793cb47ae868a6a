"""From the wire to a message: stored, acknowledged, read in order, joined to its conversation."""
