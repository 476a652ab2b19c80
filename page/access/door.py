"""The door before the page: it lets people in, or stands open where no accounts are asked for."""

from __future__ import annotations

from fastapi import FastAPI

from page.access.accounts import Accounts
from page.access.attempts import Attempts
from page.access.health import add_health
from page.access.limits import Limited, RequestLimits
from page.access.metrics import Metrics
from page.access.rules import Rules
from page.access.sessions import Sessions
from page.access.sign_in import SignedIn, add_sign_in
from page.access.watch import Watched
from page.userdata import Desk
from service import Service


def add_door(app: FastAPI, rules: Rules, service: Service, desk: Desk, metrics: Metrics) -> None:
    """Put the door before `app`. Raises `AccountsError` where accounts are asked for and there are none."""
    add_health(app, service, metrics)
    # What is added last stands first in a request's way.
    app.add_middleware(Limited, queue=rules.queue)
    if rules.accounts:
        accounts = Accounts(rules.accounts)
        accounts.all()
        sessions, attempts = Sessions(desk.database, accounts), Attempts(accounts)
        add_sign_in(app, sessions, attempts)
        app.add_middleware(SignedIn, sessions=sessions, attempts=attempts)
    app.add_middleware(Watched, closed=rules.accounts is not None, limits=RequestLimits(rules.limit), metrics=metrics)
