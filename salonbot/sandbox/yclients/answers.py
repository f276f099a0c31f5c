"""Answers and refusals in the API's envelope (v2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

TEXTS = {
    433: "Выбранное время уже занято или является нерабочим.",
    434: "Номер телефона находится в чёрном списке.",
    435: "Не указано имя клиента.",
    431: "Неверный формат телефона.",
    432: "Неверный код подтверждения.",
    436: "Нет доступных для записи сотрудников",
    437: "Пересечение с предыдущим визитом.",
    438: "Нет записи на указанную услуги/акции",
    422: "Не заданы ни услуги ни акции",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What a call is answered with; status 204 has no body."""

    data: Any = None
    status: int = 200
    meta: Mapping[str, Any] | list[Any] = field(default_factory=list)
    is_bare: bool = False
    """Without an envelope."""

    @property
    def body(self) -> Any:
        return self.data if self.is_bare else {"success": True, "data": self.data, "meta": self.meta}


class Refused(Exception):
    """A refusal: status, words, and perhaps a booking code."""

    def __init__(self, status: int, message: str, code: int | None = None, appointment: object = None) -> None:
        self.status = status
        self.message = message
        self.code = code
        self.appointment = appointment
        super().__init__(message)

    @property
    def body(self) -> dict[str, Any]:
        """The envelope of a refusal."""
        meta: dict[str, Any] = {"message": self.message}
        if self.code is not None:
            meta = {
                "message": "Произошла ошибка",
                "errors": [{"code": self.code, "message": self.message, "id": self.appointment}],
            }
        return {"success": False, "data": None, "meta": meta}


def coded(code: int, appointment: object = None) -> Refused:
    """A refusal of the online booking: 422, and 403 for the black list."""
    return Refused(403 if code == 434 else 422, TEXTS[code], code, appointment)
