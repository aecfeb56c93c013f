"""`python -m pollex` is `pollex`."""

from __future__ import annotations

import sys

from pollex.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
