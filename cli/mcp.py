"""`coproduction mcp`: let assistants that speak the Model Context Protocol ask the reports."""

from __future__ import annotations

import argparse

from cli.arguments import Commands
from service import Service


def _mcp(service: Service, given: argparse.Namespace) -> int:
    """Answer other assistants on standard input and output, until they have no more to ask."""
    from page.mcp_server import serve_mcp  # as for the page: the command is to start at once

    serve_mcp(service)
    return 0


def add_to(commands: Commands) -> None:
    """Add the command."""
    commands.add("mcp", "Let assistants that speak the Model Context Protocol ask the reports.", _mcp)
