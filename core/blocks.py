"""The pieces an editor builds a page from. Each brings a preview, so that editors see what they choose."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

PLAIN_FEATURES = ["bold", "italic", "link", "ul", "ol", "document-link"]


class HeadingBlock(blocks.CharBlock):
    class Meta:
        icon = "title"
        label = _("Heading")
        template = "blocks/heading.html"
        preview_value = "Was Sie hier ausprobieren können"


class ParagraphBlock(blocks.RichTextBlock):
    class Meta:
        icon = "pilcrow"
        label = _("Text")
        template = "blocks/paragraph.html"
        preview_value = "<p>Kommen Sie vorbei und probieren Sie es aus. <b>Wir haben Zeit für Sie.</b></p>"


class PictureBlock(blocks.StructBlock):
    image = ImageBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=250)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "blocks/picture.html"


class FactBlock(blocks.StructBlock):
    term = blocks.CharBlock(label=_("What"), max_length=60)
    text = blocks.CharBlock(label=_("Answer"), max_length=250)

    class Meta:
        icon = "info-circle"
        label = _("Fact")


class FactsBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=80)
    facts = blocks.ListBlock(FactBlock(), label=_("Facts"))

    class Meta:
        icon = "list-ul"
        label = _("Facts at a glance")
        template = "blocks/facts.html"
        preview_value = {
            "title": "Auf einen Blick",
            "facts": [{"term": "Kosten", "text": "kostenfrei"}, {"term": "Dauer", "text": "etwa 20 Minuten"}],
        }


class QuoteBlock(blocks.StructBlock):
    quote = blocks.TextBlock(label=_("Quote"))
    source = blocks.CharBlock(label=_("Who said it"), required=False, max_length=120)

    class Meta:
        icon = "openquote"
        label = _("Quote")
        template = "blocks/quote.html"
        preview_value = {"quote": "Jetzt schreibe ich meiner Enkelin jeden Tag.", "source": "eine Besucherin"}


class QuestionBlock(blocks.StructBlock):
    question = blocks.CharBlock(label=_("Question"), max_length=200)
    answer = blocks.RichTextBlock(label=_("Answer"), features=PLAIN_FEATURES)

    class Meta:
        icon = "help"
        label = _("Question")


class QuestionsBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=80)
    questions = blocks.ListBlock(QuestionBlock(), label=_("Questions"))

    class Meta:
        icon = "help"
        label = _("Questions people ask")
        template = "blocks/questions.html"
        preview_value = {
            "title": "Häufige Fragen",
            "questions": [{"question": "Muss ich etwas mitbringen?", "answer": "<p>Nein.</p>"}],
        }


class StepsBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=80)
    steps = blocks.ListBlock(blocks.TextBlock(), label=_("Steps"))

    class Meta:
        icon = "order"
        label = _("Steps")
        template = "blocks/steps.html"
        preview_value = {"title": "So geht es", "steps": ["Vorbeikommen", "Ausprobieren", "Fragen stellen"]}


class CallToActionBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Label"), max_length=60)
    page = blocks.PageChooserBlock(label=_("Page"), required=False)
    url = blocks.URLBlock(label=_("or address"), required=False)

    class Meta:
        icon = "link"
        label = _("Link as a button")
        template = "blocks/call_to_action.html"


BODY_BLOCKS = [
    ("heading", HeadingBlock()),
    ("paragraph", ParagraphBlock(features=[*PLAIN_FEATURES, "h3"])),
    ("picture", PictureBlock()),
    ("facts", FactsBlock()),
    ("quote", QuoteBlock()),
    ("questions", QuestionsBlock()),
    ("steps", StepsBlock()),
    ("call_to_action", CallToActionBlock()),
]
