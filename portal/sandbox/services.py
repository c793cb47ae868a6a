"""The running parts of one sandbox, made once and shared by its routes."""

from dataclasses import dataclass

from flask import current_app

from portal.sandbox.carrier.delivery import Delivery
from portal.sandbox.carrier.faults import FaultBox
from portal.sandbox.carrier.messages import Messages
from portal.sandbox.carrier.webhooks import Poster
from portal.sandbox.config import Config
from portal.sandbox.idp.grants import Grants
from portal.sandbox.idp.keys import Keys
from portal.sandbox.jobs import Jobs
from portal.sandbox.mail.mailbox import Mailbox
from portal.sandbox.mail.sending import MailSender
from portal.sandbox.state import Store


@dataclass(frozen=True)
class Services:
    """Everything a route may need."""

    config: Config
    store: Store
    jobs: Jobs
    faults: FaultBox
    messages: Messages
    poster: Poster
    delivery: Delivery
    mailbox: Mailbox
    mail_sender: MailSender
    keys: Keys
    grants: Grants


def build(config: Config, store: Store) -> Services:
    """Wire the parts together; nothing listens or runs yet."""
    jobs = Jobs(store)
    faults = FaultBox(store)
    messages = Messages(store, config)
    poster = Poster(config, messages)
    delivery = Delivery(config=config, messages=messages, jobs=jobs, faults=faults, poster=poster)
    mailbox = Mailbox(store)
    return Services(
        config=config,
        store=store,
        jobs=jobs,
        faults=faults,
        messages=messages,
        poster=poster,
        delivery=delivery,
        mailbox=mailbox,
        mail_sender=MailSender(config=config, mailbox=mailbox, jobs=jobs),
        keys=Keys(store),
        grants=Grants(store, config),
    )


def services() -> Services:
    """The parts of the application that serves this request."""
    return current_app.extensions["sandbox"]
