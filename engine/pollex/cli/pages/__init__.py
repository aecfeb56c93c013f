"""Reports as pages: one self-contained HTML file each, from templates that all extend `base.html`."""
