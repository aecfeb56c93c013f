"""Versions: of the package, and of the language that it reads."""

PACKAGE = "0.1.0"
LANGUAGE = "1.0"
