"""From a message to the wire: the gate, the outbox, the worker's sending, what became of it."""
