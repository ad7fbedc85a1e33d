"""What was seen and what had to hold, as a table."""

from workshops.models import CourseRun, Seat


class Checks:
    def __init__(self, title: str) -> None:
        self.title = title
        self.rows: list[tuple[str, str]] = []
        self.holds = True

    def say(self, what: str, value: object) -> None:
        self.rows.append((what, str(value)))

    def hold(self, promise: str, kept: bool) -> None:
        self.rows.append((promise, "yes" if kept else "**NO**"))
        self.holds = self.holds and kept

    def print(self) -> bool:
        """Whether everything held."""
        print(f"| {self.title} | |\n| --- | --- |")
        for what, value in self.rows:
            print(f"| {what} | {value} |")
        print(flush=True)
        return self.holds


def counters_equal_rows(run: CourseRun) -> bool:
    """Whether the counter on each session equals the seats there are, and is within the capacity."""
    return all(
        session.seats_taken == session.seats.filter(state__in=Seat.TAKEN).count() <= session.capacity
        for session in run.sessions.all()
    )
