import pytest


@pytest.fixture(autouse=True)
def nothing_there(empty_house: None) -> None:
    """The demo is loaded into an empty database."""
