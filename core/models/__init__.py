from core.models.audit import AuditEntry
from core.models.house import HouseSettings
from core.models.mail import OutgoingMail
from core.models.pages import BasePage
from core.models.vocabulary import Generation, Topic

__all__ = ["AuditEntry", "BasePage", "Generation", "HouseSettings", "OutgoingMail", "Topic"]
