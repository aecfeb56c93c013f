"""Text to tree and back: the shape of what an author wrote, with nothing looked up yet."""
