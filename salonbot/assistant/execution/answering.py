"""Questions the catalogue answers by itself: which services there are, and what one of them is."""

from dataclasses import replace

from salonbot.assistant.execution.desk import Desk, Done
from salonbot.assistant.execution.naming import closest_services, match_category, match_service, shortened
from salonbot.assistant.execution.searching import service_wanted
from salonbot.model.commands import ExplainService, ListServices
from salonbot.model.dialogue import Memory
from salonbot.model.outcomes import ServiceExplained, ServicesListed, ServiceUnknown
from salonbot.model.salon import Service


def list_services(command: ListServices, desk: Desk, memory: Memory) -> Done:
    """The services asked for: one, several a word fits, a category, or all."""
    if command.service is not None:
        return _listed(command.service, desk, memory)
    if command.category is not None:
        category = match_category(command.category, desk.catalogue)
        if category is None:
            return _listed(command.category, desk, memory)
        services = tuple(service for service in desk.catalogue.services if service.category == category)
        return Done(ServicesListed(services=services, asked=category), memory)
    return Done(ServicesListed(services=desk.catalogue.services), memory)


def explain_service(command: ExplainService, desk: Desk, memory: Memory) -> Done:
    """What a service is and who does it."""
    service = service_wanted(command.service, desk, memory, to_book=False)
    if not isinstance(service, Service):
        return Done(service, memory)
    explained = ServiceExplained(service=service, stylists=desk.catalogue.stylists_for(service.id))
    return Done(explained, replace(memory, service_id=service.id))


def _listed(words: str, desk: Desk, memory: Memory) -> Done:
    match = match_service(words, desk.catalogue)
    if not match.candidates:
        return Done(ServiceUnknown(mention=shortened(words), closest=closest_services(words, desk.catalogue)), memory)
    asked = match.only.title if match.only else match.mention
    if match.only:
        memory = replace(memory, service_id=match.only.id)
    return Done(ServicesListed(services=match.candidates, asked=asked), memory)
