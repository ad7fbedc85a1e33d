"""A real IMAP server on this machine, as small as reading a mailbox needs it and as broken as a test wants it."""

import re
import shlex
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesHeaderParser


@dataclass
class Folder:
    """What lies in the mailbox. Messages are numbered from 1; one that is None has been deleted meanwhile."""

    messages: list[bytes | None]
    password: str = "geheim"
    hangs_up_after: int | None = None
    """So many messages are handed out; at the next the line is cut."""
    seen: set[int] = field(default_factory=set)
    handed_out: list[int] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)

    def matching(self, words: list[str]) -> list[int]:
        found = []
        for uid, content in enumerate(self.messages, 1):
            rest = list(words)
            head = BytesHeaderParser().parsebytes(content or b"From: mailer-daemon@example.org")
            results = []
            while rest:
                results.append(self._test(rest, uid, head))
            if all(results):
                found.append(uid)
        return found

    def _test(self, words: list[str], uid: int, head: Message) -> bool:
        match words.pop(0).upper():
            case "UNSEEN":
                return uid not in self.seen
            case "OR":
                # Both must be read, whatever the first says.
                return any([self._test(words, uid, head), self._test(words, uid, head)])
            case "FROM":
                return words.pop(0).lower() in str(head["From"]).lower()
            case "HEADER":
                name, text = words.pop(0), words.pop(0)
                return name in head and text.lower() in str(head[name]).lower()
            case other:
                raise AssertionError(f"SEARCH {other}")


class _Line(socketserver.StreamRequestHandler):
    folder: Folder

    def handle(self) -> None:
        self.say(b"* OK ready")
        while line := self.rfile.readline().decode().strip():
            tag, _, rest = line.partition(" ")
            self.folder.commands.append(rest)
            words = shlex.split(rest.replace("(", " ( ").replace(")", " ) "))
            if words[0].upper() == "UID":
                words.pop(0)
            if not self.answer(tag, words[0].upper(), words[1:], rest):
                return

    def answer(self, tag: str, verb: str, words: list[str], rest: str) -> bool:
        outcome = "OK done"
        match verb:
            case "CAPABILITY":
                self.say(b"* CAPABILITY IMAP4rev1")
            case "LOGIN" if words[1] != self.folder.password:
                outcome = "NO [AUTHENTICATIONFAILED] wrong"
            case "SELECT" if words != ["INBOX"]:
                outcome = "NO no such folder"
            case "SELECT":
                self.say(f"* {len(self.folder.messages)} EXISTS".encode())
            case "SEARCH":
                self.say(" ".join(["* SEARCH", *map(str, self.folder.matching(words))]).encode())
            case "FETCH":
                if len(self.folder.handed_out) == self.folder.hangs_up_after:
                    return False
                self.fetch(int(words[0]), rest)
            case "STORE":
                assert "+FLAGS" in rest
                assert "\\Seen" in rest
                self.folder.seen.add(int(words[0]))
            case "LOGOUT":
                self.say(b"* BYE")
        self.say(f"{tag} {outcome}".encode())
        return verb != "LOGOUT"

    def fetch(self, uid: int, rest: str) -> None:
        content = self.folder.messages[uid - 1]
        if content is None:
            return
        limit = re.search(r"BODY\.PEEK\[\]<0\.(\d+)>", rest)
        assert limit, rest
        part = content[: int(limit[1])]
        self.folder.handed_out.append(uid)
        self.say(b"* %d FETCH (UID %d BODY[]<0> {%d}" % (uid, uid, len(part)))
        self.wfile.write(part)
        self.say(b")")

    def say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever is cut off says so on their side of the line."""


@contextmanager
def serving(folder: Folder, *, certificate: str = "") -> Iterator[int]:
    """The server, for as long as the block lasts; gives its port."""
    handler = type("Line", (_Line,), {"folder": folder})
    with _Server(("127.0.0.1", 0), handler) as server:
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
