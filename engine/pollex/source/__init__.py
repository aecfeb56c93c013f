"""What an author wrote, and what is said about it: texts, places in them, and diagnostics."""
