from wagtail import hooks

from showroom.viewsets import ShowroomGroup


@hooks.register("register_admin_viewset")
def register_viewset() -> ShowroomGroup:
    return ShowroomGroup()
