"""What is held about a customer, in the order a person reads it: as a document, and as a page for the customer."""

from collections.abc import Iterable
from datetime import datetime
from html import escape

from salonbot import __version__
from salonbot.journal.moments import from_text, to_text
from salonbot.model.salon import SalonProfile
from salonbot.vault.person import Held

Document = dict[str, object]

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #ccc;padding:.3rem .6rem;"
    "text-align:left;vertical-align:top}td:first-child{white-space:nowrap}"
)
WORDS = {
    "customer": ("Клиент", "customer"),
    "salon": ("Салон (бот)", "salon (bot)"),
    "owner": ("Салон (человек)", "salon (a person)"),
    "booked": ("запись", "booked"),
    "cancelled": ("отменена", "cancelled"),
}
"""In Russian, then in English: the page shows both."""


def document(held: Held, elsewhere: list[str], now: datetime) -> Document:
    """Everything: first what a person looks for, then every row of every table."""
    contact = next(iter(held.rows["contact"]), {})
    return {
        "about": {
            "salon": held.subject.salon,
            "chats": list(held.subject.chats),
            "phones": list(held.subject.phones),
            "made_at": to_text(now),
            "made_by": f"salonbot {__version__}",
        },
        "customer": {
            key: contact.get(key)
            for key in ("name", "push_name", "phone", "told_phone", "lid", "first_seen", "memory", "paused_until")
        },
        "conversation": [
            {"at": row["sent_at"], "from": row["author"], "kind": row["kind"], "text": row["text"]}
            for row in held.rows["message"]
        ],
        "visits": [
            {key: row[key] for key in ("start", "service_title", "stylist_name", "state", "name", "phone")}
            for row in held.rows["appointment"]
        ],
        "tables": held.rows,
        "whatsapp_session": {"rows": held.session, "what": "keys of the encryption, address book, ids of messages"},
        "held_elsewhere": elsewhere,
    }


def page(told: Document, profile: SalonProfile | None) -> str:
    """A page that needs nothing beside itself, for the customer: Russian and English, in the salon's own time."""
    about, customer, conversation, visits = (told[key] for key in ("about", "customer", "conversation", "visits"))
    assert isinstance(about, dict)
    assert isinstance(customer, dict)
    assert isinstance(conversation, list)
    assert isinstance(visits, list)
    name = profile.name if profile else str(about["salon"])
    said = (
        (_local(row["at"], profile), _words(row["from"]), row["text"] or f"({row['kind']})") for row in conversation
    )
    came = (
        (_local(row["start"], profile), f"{row['service_title']}, {row['stylist_name']}", _words(row["state"]))
        for row in visits
    )
    known = ((key, value if isinstance(value, str) else repr(value)) for key, value in customer.items() if value)
    title = f"{name}: ваши данные / your data"
    return "\n".join(
        [
            f'<!doctype html><html lang="ru"><meta charset="utf-8"><title>{escape(title)}</title>',
            f"<style>{STYLE}</style><h1>{escape(title)}</h1><p>{escape(_local(about['made_at'], profile))}</p>",
            f"<h2>Что известно / What is known</h2>{_table(known)}",
            f"<h2>Записи / Visits</h2>{_table(came)}",
            f"<h2>Переписка / Conversation</h2>{_table(said)}",
            "<p>Полностью, со всеми служебными полями: в файле JSON. / With all technical fields: as JSON.</p>",
            "</html>",
        ]
    )


def _table(rows: Iterable[tuple[object, ...]]) -> str:
    lines = ["".join(f"<td>{escape(str(cell))}</td>" for cell in row) for row in rows]
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>" if lines else "<p>—</p>"


def _local(at: object, profile: SalonProfile | None) -> str:
    moment = from_text(str(at))
    return f"{profile.local(moment):%d.%m.%Y %H:%M}" if profile else f"{moment:%d.%m.%Y %H:%M} UTC"


def _words(key: object) -> str:
    return " / ".join(WORDS.get(str(key), (str(key),)))
