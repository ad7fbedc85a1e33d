import pytest
from tests.demo.test_loading import *
def test_x():
    with time_machine.travel(ON_AN_ORDINARY_DAY, tick=False):
        load()
        print(due._registry)
        open("/tmp/dbg2.out","w").write(repr((due._registry, due.do_all(at=timezone.now()))))
        print(list(OutgoingMail.objects.filter(state="waiting").values_list("kind","last_error","attempts","not_before")))
        open("/tmp/dbg.out","w").write(repr(list(OutgoingMail.objects.filter(state="waiting").values_list("kind","last_error","attempts","not_before"))))
