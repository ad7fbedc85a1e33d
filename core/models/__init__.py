from core.models.audit import AuditEntry
from core.models.house import HouseSettings
from core.models.mail import OutgoingMail
from core.models.pages import BasePage
from core.models.vocabulary import Generation, Topic
from core.models.wording import MessageWording

__all__ = [
    "AuditEntry",
    "BasePage",
    "Generation",
    "HouseSettings",
    "MessageWording",
    "OutgoingMail",
    "Topic",
]
