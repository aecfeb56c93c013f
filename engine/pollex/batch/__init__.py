"""Many claims at once: cut into chunks, decided by several processes, written in order, never lost."""
