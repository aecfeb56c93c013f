"""Pollex: a language for medical claim review policies, and what runs them."""
