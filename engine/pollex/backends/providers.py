"""What it takes for two lines to be of the same provider."""

from __future__ import annotations

RELATIONS: dict[str, tuple[str, ...]] = {
    "provider": ("rendering npi",),
    "group": ("billing tax id", "rendering specialty"),
    "tax-id": ("billing tax id",),
}
"""The words that are the same, by relation."""
