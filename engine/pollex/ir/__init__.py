"""The waist: what a checked policy means, in a few kinds of node that every backend can read."""
