"""The words of the domain, without syntax."""
