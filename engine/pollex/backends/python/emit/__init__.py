"""From the intermediate form to the text of a Python module."""
