"""Services and stylists as the pages change them: tables like the file's, edited by pure functions, checked by the
very code that checks the file.

Ids stay what they are whatever a title or name becomes: appointments are known by them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from salonbot.config.place import Place
from salonbot.config.plan import SalonPlan
from salonbot.config.salon_settings import CatalogueSettings, SalonSettings
from salonbot.config.salons import id_of, identifier, plan_salon
from salonbot.config.tables import Findings, read_table

Table = Mapping[str, Any]
"""A `[[salon.service]]` or `[[salon.stylist]]` table as parsed, with its `id`; perhaps wrong."""


@dataclass(frozen=True, slots=True)
class Draft:
    """All services and stylists of a salon, in its order. Not checked yet: `plan_of` does that."""

    services: tuple[Table, ...] = ()
    stylists: tuple[Table, ...] = ()

    def service(self, service_id: str) -> Table | None:
        """The table of that id."""
        return _of(self.services, service_id)

    def stylist(self, stylist_id: str) -> Table | None:
        """The table of that id."""
        return _of(self.stylists, stylist_id)

    def with_service(self, service_id: str | None, values: Table) -> "Draft":
        """Changed, or added where the id is None. Stylists who do it do it under its new title, too."""
        before = None if service_id is None else self.service(service_id)
        changed = _put(self.services, service_id, values, "title")
        if before is None:
            return replace(self, services=changed)
        stylists = tuple(_renamed(one, str(before.get("title", "")), values.get("title")) for one in self.stylists)
        return Draft(changed, stylists)

    def without_service(self, service_id: str) -> "Draft":
        """Taken off the list, and off every stylist's."""
        before = self.service(service_id)
        if before is None:
            return self
        gone = identifier(str(before.get("title", "")))
        stylists = tuple(
            {**one, "services": [title for title in _titles(one) if identifier(title) != gone]} for one in self.stylists
        )
        return Draft(tuple(one for one in self.services if one.get("id") != service_id), stylists)

    def with_stylist(self, stylist_id: str | None, values: Table) -> "Draft":
        """Changed, or added where the id is None."""
        return replace(self, stylists=_put(self.stylists, stylist_id, values, "name"))

    def without_stylist(self, stylist_id: str) -> "Draft":
        """Gone."""
        return replace(self, stylists=tuple(one for one in self.stylists if one.get("id") != stylist_id))

    def raised(self, table_id: str) -> "Draft":
        """The service or stylist of that id one place up in the salon's order."""
        return Draft(_raised(self.services, table_id), _raised(self.stylists, table_id))

    def tables(self) -> dict[str, list[Table]]:
        """As the journal keeps it."""
        return {"service": list(self.services), "stylist": list(self.stylists)}


def of_tables(tables: Mapping[str, Any]) -> Draft:
    """What `Draft.tables` gave."""
    return Draft(tuple(tables.get("service", ())), tuple(tables.get("stylist", ())))


def of_file(salon: SalonSettings) -> Draft:
    """What the file says, with every id written out."""
    return Draft(
        tuple({**_written(one.model_dump(mode="json")), "id": id_of(one)} for one in salon.service),
        tuple({**_written(one.model_dump(mode="json")), "id": id_of(one)} for one in salon.stylist),
    )


def plan_of(draft: Draft, salon: SalonSettings, base: SalonPlan, findings: Findings) -> SalonPlan:
    """The file's plan with these services and stylists in the place of its own; what is wrong stands in `findings`.

    Places are `service[2].minutes`, `stylist[0].hours.mon`: as in the file, without the salon.
    """
    tables = {name: [dict(one) for one in found] for name, found in draft.tables().items()}
    catalogue = read_table(CatalogueSettings, tables, Place(), findings)
    edited = salon.model_copy(update={"service": catalogue.service, "stylist": catalogue.stylist})
    made = plan_salon(edited, Place(), findings)
    return replace(base, catalogue=made.catalogue, working_hours=made.working_hours, days_off=made.days_off)


def _written(table: Table) -> dict[str, Any]:
    """Without what says nothing."""
    return {key: value for key, value in table.items() if value is not None and value not in ("", [], {})} | {
        key: table[key] for key in ("services", "hours") if key in table
    }


def _of(tables: Iterable[Table], table_id: str) -> Table | None:
    return next((one for one in tables if one.get("id") == table_id), None)


def _put(tables: tuple[Table, ...], table_id: str | None, values: Table, name: str) -> tuple[Table, ...]:
    if table_id is not None:
        return tuple({**values, "id": table_id} if one.get("id") == table_id else one for one in tables)
    known = {str(one.get("id")) for one in tables}
    return (*tables, {**values, "id": _fresh(str(values.get(name, "")), known)})


def _fresh(title: str, known: set[str]) -> str:
    """A new table's id: as in the file, unless a renamed one still bears it."""
    wanted = identifier(title)[:120] or "-"
    candidates = (wanted, *(f"{wanted} {number}" for number in range(2, len(known) + 3)))
    return next(one for one in candidates if one not in known)


def _renamed(stylist: Table, before: str, after: object) -> Table:
    if not isinstance(after, str) or not identifier(after):
        return stylist
    titles = [after if identifier(title) == identifier(before) else title for title in _titles(stylist)]
    return {**stylist, "services": titles}


def _titles(stylist: Table) -> list[str]:
    return [str(title) for title in stylist.get("services", ())]


def _raised(tables: tuple[Table, ...], table_id: str) -> tuple[Table, ...]:
    place = next((index for index, one in enumerate(tables) if one.get("id") == table_id), 0)
    if place == 0:
        return tables
    return (*tables[: place - 1], tables[place], tables[place - 1], *tables[place + 1 :])
