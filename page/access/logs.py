"""The log as lines of JSON on standard error, for programs that gather logs."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

# What a line may hold beside its message.
FIELDS = ("method", "path", "status", "milliseconds", "question")


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        fields = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": record.getMessage(),
            **{name: getattr(record, name) for name in FIELDS if hasattr(record, name)},
        }
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        return json.dumps(fields, ensure_ascii=False)


def log_as_json() -> None:
    """Write every log of this process as lines of JSON from now on, with a line for each request."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("page.access").setLevel(logging.INFO)
