"""The page in the browser: ask the reports, see the sources, look after the library."""

from page.build import build_page
from page.serve import PortTaken, build_app, serve

__all__ = ["PortTaken", "build_app", "build_page", "serve"]
