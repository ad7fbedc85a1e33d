from wagtail import hooks

from places.viewsets import PlacesGroup


@hooks.register("register_admin_viewset")
def register_viewset() -> PlacesGroup:
    return PlacesGroup()
