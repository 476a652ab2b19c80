"""The door before the page: it lets people in, or stands open where no accounts are asked for."""

from __future__ import annotations

from fastapi import FastAPI

from page.access.accounts import Accounts
from page.access.health import add_health
from page.access.limits import LimitsMiddleware, RequestLimits
from page.access.login_throttle import LoginThrottle
from page.access.metrics import Metrics
from page.access.rules import Rules
from page.access.sessions import Sessions
from page.access.sign_in import SignInMiddleware, add_sign_in
from page.access.watch import WatchMiddleware
from page.userdata import Desk
from service import Service


def add_door(app: FastAPI, rules: Rules, service: Service, desk: Desk, metrics: Metrics) -> None:
    """Put the door before `app`. Raises `AccountsError` where accounts are asked for and there are none."""
    add_health(app, service, metrics)
    # What is added last stands first in a request's way.
    app.add_middleware(LimitsMiddleware, queue=rules.queue)
    if rules.accounts:
        accounts = Accounts(rules.accounts)
        accounts.all()
        sessions, attempts = Sessions(desk.database, accounts), LoginThrottle(accounts)
        add_sign_in(app, sessions, attempts)
        app.add_middleware(SignInMiddleware, sessions=sessions, attempts=attempts)
    app.add_middleware(
        WatchMiddleware, closed=rules.accounts is not None, limits=RequestLimits(rules.limit), metrics=metrics
    )
