"""Reports as JSON: a value object is an object, its field `from_` the key `from`; days are ISO dates."""

from __future__ import annotations

import json
import sys
from dataclasses import fields, is_dataclass
from datetime import date

from pollex.cli.terminal import use_utf8


def document(value: object) -> object:
    """A value of a report as what JSON can hold."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name.rstrip("_"): document(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple | list):
        return [document(item) for item in value]
    if isinstance(value, dict):
        return {key: document(item) for key, item in value.items()}
    return value.isoformat() if isinstance(value, date) else value


def print_document(value: object) -> None:
    """A report on standard output: UTF-8, sorted keys."""
    use_utf8(sys.stdout)
    text = json.dumps(document(value), sort_keys=True, ensure_ascii=False, indent=2)
    sys.stdout.write(f"{text}\n")
