"""Policies by payer, by source and in time: reports on what was compiled; nothing is decided here."""
