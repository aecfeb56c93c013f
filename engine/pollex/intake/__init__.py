"""The outside world, validated: sets, tables, code systems, claims and fixtures as values, or diagnostics."""
