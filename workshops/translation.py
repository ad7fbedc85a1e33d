from modeltranslation.translator import TranslationOptions, register

from workshops.models import CourseRun, Facilitator, RunChoice, RunQuestion


@register(CourseRun)
class CourseRunTranslation(TranslationOptions):
    fields = ("title_suffix", "cost_note", "booking_note")


@register(Facilitator)
class FacilitatorTranslation(TranslationOptions):
    fields = ("bio",)


@register(RunQuestion)
class RunQuestionTranslation(TranslationOptions):
    fields = ("text",)


@register(RunChoice)
class RunChoiceTranslation(TranslationOptions):
    fields = ("text",)
