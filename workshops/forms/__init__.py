"""What visitors fill in. Bad input gets a sentence beside the field and keeps what was typed."""

from workshops.forms.booking import Asked, Asking, GroupForm, GroupNeeds, GuestForm, Needs, People
from workshops.forms.contact import ContactForm, clean_phone, likely_address, readable_phone
from workshops.forms.programme import ProgrammeFilter

__all__ = [
    "Asked",
    "Asking",
    "ContactForm",
    "GroupForm",
    "GroupNeeds",
    "GuestForm",
    "Needs",
    "People",
    "ProgrammeFilter",
    "clean_phone",
    "likely_address",
    "readable_phone",
]
