"""Every metric there is, with its labels. Base units, `_total` for what only grows; labels have few values each.

Counters begin at nothing with every process, as Prometheus expects: `increase()` and `rate()` see over a restart.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

STAGE_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 60)
ANSWER_BUCKETS = (0.5, 1, 2, 3, 4, 5, 7.5, 10, 15, 20, 30, 60, 120)
HTTP_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Instruments:
    """One set for each process, with a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        # What customers and the salon said and did.
        self.messages = self._counter("messages", "Messages recorded, by who wrote them.", "salon", "author")
        self.turns = self._counter("turns", "Turns that ended, by how.", "salon", "outcome")
        self.replies = self._counter("replies", "Replies of turns that ended, by their fate.", "salon", "outcome")
        self.bookings = self._counter(
            "bookings", "Visits booked, moved and cancelled by the bot.", "salon", "operation"
        )
        self.answer = Histogram(
            "salonbot_answer_seconds",
            "From the first message of a turn to the first word of its answer, gathering included.",
            registry=self.registry,
            buckets=ANSWER_BUCKETS,
        )
        self.stage = Histogram(
            "salonbot_turn_stage_seconds",
            "What each stage of a turn took.",
            ["stage"],
            registry=self.registry,
            buckets=STAGE_BUCKETS,
        )
        # The model.
        self.model_calls = self._counter("model_calls", "Calls to the model.", "salon", "model", "stage")
        self.model_tokens = self._counter("model_tokens", "Tokens, by what they were.", "salon", "model", "kind")
        self.model_cost = self._counter("model_cost_dollars", "What the model cost, USD.", "salon", "model")
        self.model_call = Histogram(
            "salonbot_model_call_seconds",
            "What each call to the model took.",
            ["stage"],
            registry=self.registry,
            buckets=STAGE_BUCKETS,
        )
        # What waits.
        self.unfinished = self._gauge("turns_unfinished", "Turns that have not ended, by state.", "salon", "state")
        self.unsent = self._gauge("replies_unsent", "Replies that have not left, by state.", "salon", "state")
        self.waiting = self._gauge("customers_waiting_for_person", "Customers who wait for a person.", "salon")
        self.noted = self._gauge("noted_requests", "Requests that wait for the booking system.", "salon")
        self.events = self._gauge("events", "Events for other systems that wait, or were given up.", "salon", "state")
        self.queue_age = self._gauge("queue_oldest_age_seconds", "How long the oldest due turn has waited.")
        # Lines to WhatsApp.
        self.session = self._gauge("session_state", "1 for the state the session is in.", "salon", "state")
        self.silence = self._gauge("session_last_event_age_seconds", "Since WhatsApp last said anything.", "salon")
        self.reconnects = self._counter("session_reconnects", "Connections made anew.", "salon")
        self.burnt = self._gauge("engine_burnt_threads", "Engine threads that can never end.", "salon")
        # The house.
        self.ready = self._gauge("ready", "1 while /ready says so.")
        self.reasons = self._gauge("not_ready_reason", "1 for each reason why not.", "reason")
        self.alerts = self._gauge("alerts_open", "Alerts that are on.", "salon", "kind", "severity")
        self.channels = self._gauge("alert_channel_broken", "1 where a way to tell the owner does not work.", "channel")
        self.lag = self._gauge("event_loop_lag_seconds", "How late the event loop was at worst since the last look.")
        self.threads = self._gauge("threads", "Threads of the process, the engine's among them.")
        self.http = self._counter("http_requests", "Requests answered.", "method", "route", "status")
        self.http_seconds = Histogram(
            "salonbot_http_request_seconds",
            "What answering took; live streams are not counted.",
            ["route"],
            registry=self.registry,
            buckets=HTTP_BUCKETS,
        )
        self.build = self._gauge("build_info", "Always 1.", "version")

    def _counter(self, name: str, says: str, *labels: str) -> Counter:
        return Counter(f"salonbot_{name}", says, labels, registry=self.registry)

    def _gauge(self, name: str, says: str, *labels: str) -> Gauge:
        return Gauge(f"salonbot_{name}", says, labels, registry=self.registry)
