"""A page's inline panel of rules, as nothing in the house has one yet. Its tables exist during that test only."""

from django.db import models
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel, ObjectList

from timetable.fields import RuleField


class Diary(ClusterableModel):
    name = models.CharField(max_length=80)

    class Meta:
        managed = False

    def __str__(self) -> str:
        return self.name


class DiaryRule(models.Model):
    diary = ParentalKey(Diary, on_delete=models.CASCADE, related_name="rules")
    title = models.CharField(max_length=80)
    rule = RuleField(blank=True)

    class Meta:
        managed = False
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title


edit_handler = ObjectList(
    [
        FieldPanel("name"),
        InlinePanel("rules", [FieldPanel("title"), FieldPanel("rule")], heading="Regeln", label="Regel"),
    ]
)
