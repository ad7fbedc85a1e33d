"""How gunicorn serves the site: `gunicorn -c config/gunicorn.py config.wsgi`. Two cores, a small town."""

import os
from typing import Any

from gunicorn.glogging import Logger

from core.links import mask

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
timeout = 60
graceful_timeout = 20
# A worker starts anew now and then; nothing is kept in it.
max_requests = 10_000
max_requests_jitter = 1_000
accesslog = os.environ.get("ACCESS_LOG") or None


class MaskedLogger(Logger):
    """Keeps links that carry a right out of the access log."""

    def atoms(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        atoms: dict[str, Any] = super().atoms(*args, **kwargs)
        return {key: mask(value) if isinstance(value, str) else value for key, value in atoms.items()}


logger_class = MaskedLogger
