"""What readers keep: conversations, evidence and what they say of answers, each seen by its owner alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from page.userdata.conversations import Conversations, NoConversationError, Summary
from page.userdata.copying import copy_desk
from page.userdata.database import Database
from page.userdata.evidence import Evidence, Kept
from page.userdata.feedback import Feedback, Vote
from page.userdata.owner import OwnerMiddleware, owner

__all__ = [
    "Conversations",
    "Desk",
    "Evidence",
    "Feedback",
    "Kept",
    "NoConversationError",
    "OwnerMiddleware",
    "Summary",
    "Vote",
    "copy_desk",
    "owner",
]


@dataclass(frozen=True, slots=True)
class Desk:
    """All that readers keep of one library."""

    database: Database
    conversations: Conversations
    evidence: Evidence
    feedback: Feedback

    @classmethod
    def at(cls, folder: Path, server: str = "") -> Desk:
        """The desk in `folder`, made where it is missing, or on the server that holds the library."""
        database = Database(folder, server)
        return cls(database, Conversations(database), Evidence(database), Feedback(database))
