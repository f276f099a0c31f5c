"""What other systems can be told of a salon."""

from enum import StrEnum


class EventKind(StrEnum):
    """Each is told once it is certain: committed here, or done in the booking system."""

    MESSAGE_RECEIVED = "message.received"
    """A customer has written."""
    MESSAGE_REPLIED = "message.replied"
    """WhatsApp's server has a message of ours to a customer; a long answer has several."""
    APPOINTMENT_MADE = "appointment.made"
    APPOINTMENT_MOVED = "appointment.moved"
    APPOINTMENT_CANCELLED = "appointment.cancelled"
    SESSION_CHANGED = "session.changed"
    """The salon's WhatsApp session has come into another state."""
