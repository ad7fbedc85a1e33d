"""Speed as ratios, measured in one run on one machine: `python -m benchmarks [name …]`.

Each benchmark makes its own rows in a scratch database (a file in a temporary folder, or a test database on
the server that DATABASE_URL names) and prints lines of a table. Never a test: seconds depend on the machine.
"""

import os
import platform
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")


def main(names: list[str]) -> int:
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import get_runner, setup_test_environment  # noqa: F401

    from benchmarks import booking, conflicts, expansion, order, planning, room_plan

    known = {
        "expansion": expansion,
        "planning": planning,
        "room-plan": room_plan,
        "conflicts": conflicts,
        "booking": booking,
        "order": order,
    }
    if unknown := [name for name in names if name not in known]:
        print(f"There is no benchmark {', '.join(unknown)}. There are: {', '.join(known)}.")
        return 1
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        print(f"Python {platform.python_version()}, {connection.vendor}, {os.cpu_count()} cores\n")
        for name in names or known:
            print(f"## {name}\n")
            for line in known[name].run():
                print(line)
            print()
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
