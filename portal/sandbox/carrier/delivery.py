"""How messages travel: outbound ones step by step to the phone with callbacks, inbound ones to Alma's webhook."""

from typing import Any

from portal.sandbox.carrier import cloud_posts, rules
from portal.sandbox.carrier.faults import FaultBox
from portal.sandbox.carrier.messages import Message, Messages
from portal.sandbox.carrier.rules import Step
from portal.sandbox.carrier.webhooks import Fields, Poster, callback_fields
from portal.sandbox.config import Config
from portal.sandbox.jobs import Jobs

HELD_SECONDS = 5.0  # what is disordered waits for what comes after it, but not for ever
HELD_WEBHOOKS = "held_webhooks"


class Delivery:
    """Queues and runs the carrier's jobs: `step`, `callback`, `webhook`."""

    def __init__(self, *, config: Config, messages: Messages, jobs: Jobs, faults: FaultBox, poster: Poster) -> None:
        self._config = config
        self._messages = messages
        self._jobs = jobs
        self._faults = faults
        self._poster = poster
        jobs.handler("step", self._step)
        jobs.handler("callback", self._callback)
        jobs.handler("webhook", self._webhook)
        jobs.handler("form", self._form)

    # outbound

    def accept(self, message: Message) -> None:
        """Start an outbound message on its way."""
        if self._faults.take("disorder_callbacks"):
            self._messages.store.put_setting(f"disorder:{message['sid']}", [])
        self._queue_step(message["sid"])

    def switch_phone(self, number: str, state: str) -> None:
        """Change a phone's state; what waited for it goes on."""
        with self._messages.store.transaction():
            self._messages.set_phone_state(number, state)
            if state != "off":
                for message in self._messages.waiting_for(number):
                    self._queue_step(message["sid"])

    def open_chat(self, number: str) -> None:
        """Somebody looks at the phone: its delivered WhatsApp messages become read."""
        for message in self._messages.of_phone(number, channel="whatsapp"):
            if message["status"] == "delivered" and message["direction"] != "inbound":
                self._move(message["sid"], Step("read"))

    def _queue_step(self, sid: str) -> None:
        self._jobs.add("step", {"sid": sid}, delay=self._config.carrier.step_ms / 1000, key=f"step:{sid}")

    def _step(self, payload: dict[str, Any]) -> None:
        message = self._messages.get(payload["sid"], deleted=True)
        if message is None:
            return
        phone = self._messages.phone(message["recipient"].removeprefix("whatsapp:"))
        step = rules.next_step(
            channel=message["channel"],
            status=message["status"],
            phone_state=phone["state"],
            phone_channels=phone["channels"],
            in_window=bool(message["in_window"]),
            templated=message["content_sid"] is not None,
            status_default=self._config.carrier.status_default,
        )
        if step is not None and self._move(message["sid"], step) and step.status not in rules.FINAL:
            self._queue_step(message["sid"])

    def _move(self, sid: str, step: Step) -> bool:
        with self._messages.store.transaction():
            message = self._messages.advance(sid, step)
            if message is None:
                return False
            if message["status_callback"]:
                self._queue_callback(message, step)
        return True

    def _queue_callback(self, message: Message, step: Step) -> None:
        if self._faults.take("drop_callbacks"):
            return
        sid = message["sid"]
        payload = {"sid": sid, "status": step.status, "error_code": step.error_code}
        delay = self._faults.read().callback_delay_ms / 1000
        disordered = self._messages.store.setting(f"disorder:{sid}")
        times = 2 if self._faults.take("duplicate_callbacks") else 1
        for _ in range(times):
            if disordered is not None and step.status not in rules.FINAL:
                disordered.append(self._jobs.add("callback", payload, delay=HELD_SECONDS))
                self._messages.store.put_setting(f"disorder:{sid}", disordered)
            else:
                self._jobs.add("callback", payload, delay=delay, key=f"callback:{sid}")

    def _callback(self, payload: dict[str, Any]) -> None:
        message = self._messages.get(payload["sid"], deleted=True)
        if message is None or not message["status_callback"]:
            return
        if message["status_callback"].startswith("cloud:"):
            cloud_posts.post(
                self._config.carrier.cloud,
                messages=[],
                statuses=[cloud_posts.state_of(message, status=payload["status"], error_code=payload["error_code"])],
            )
            return
        fields = callback_fields(
            message, status=payload["status"], error_code=payload["error_code"], config=self._config
        )
        self._poster.post(message["status_callback"], fields)
        if payload["status"] in rules.FINAL:
            for job in self._messages.store.setting(f"disorder:{payload['sid']}", []):
                self._jobs.hasten(job)

    # inbound

    def send_inbound(self, message: Message, *, wait: bool) -> int | None:
        """Hand a phone's message to Alma; with `wait` in this thread, returning the HTTP status (0: no answer)."""
        if self._faults.take("drop_webhooks"):
            return None
        payload = {"sid": message["sid"]}
        delay = self._faults.read().webhook_delay_ms / 1000
        if self._faults.take("batch_webhooks"):
            self._hold(payload)
            if not self._faults.read().batch_webhooks:
                self._let_go()
            return None
        if self._faults.take("disorder_webhooks"):
            self._hold(payload)
            return None
        if self._faults.take("duplicate_webhooks"):
            self._jobs.add("webhook", payload, delay=delay)
        held = self._messages.store.setting(HELD_WEBHOOKS, [])
        if self._faults.take("late_webhooks"):
            self._hold(payload)
        if wait:
            status = self._poster.post_inbound(message)
            self._let_go(held)
            return status
        self._jobs.add("webhook", payload | {"then": held}, delay=delay, key=f"webhook:{message['sender']}")
        return None

    def _hold(self, payload: dict[str, Any]) -> None:
        """Keep a webhook back: until what comes after it was brought, or some seconds."""
        with self._messages.store.transaction():
            held = self._messages.store.setting(HELD_WEBHOOKS, [])
            # Without a key: what is let go together goes at the same moment.
            held.append(self._jobs.add("webhook", payload, delay=HELD_SECONDS))
            self._messages.store.put_setting(HELD_WEBHOOKS, held)

    def _let_go(self, jobs: list[int] | None = None) -> None:
        with self._messages.store.transaction():
            held = self._messages.store.setting(HELD_WEBHOOKS, [])
            going = held if jobs is None else [job for job in held if job in jobs]
            self._messages.store.put_setting(HELD_WEBHOOKS, [job for job in held if job not in going])
        for job in going:
            self._jobs.hasten(job)

    def call_state(self, *, url: str, fields: Fields, step: int, final: bool) -> None:
        """Queue the callback about a call's `step`; the same faults as with messages."""
        if self._faults.take("drop_callbacks"):
            return
        delay = step * self._config.carrier.step_ms / 1000 + self._faults.read().callback_delay_ms / 1000
        key = f"call:{fields['CallSid']}"  # one after the other, but for what is disordered
        if not final and self._faults.take("disorder_callbacks"):
            delay, key = delay + HELD_SECONDS / 5, None
        for _ in range(2 if self._faults.take("duplicate_callbacks") else 1):
            self._jobs.add("form", {"url": url, "fields": fields}, delay=delay, key=key)

    def _form(self, payload: dict[str, Any]) -> None:
        self._poster.post(payload["url"], payload["fields"])

    def replay(self, message: Message, *, forged: bool) -> int:
        """Post the same webhook once more, or with a signature of another key."""
        return self._poster.post_inbound(message, forged=forged)

    def _webhook(self, payload: dict[str, Any]) -> None:
        message = self._messages.get(payload["sid"], deleted=True)
        if message is not None:
            self._poster.post_inbound(message)
        self._let_go(payload.get("then") or [])
