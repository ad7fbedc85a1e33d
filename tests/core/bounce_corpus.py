"""Reports of undelivered mails, as mail servers of several makes word them. Written for these tests."""

from textwrap import dedent

RETURNED = """\
Received: by mx.example.org; Mon, 11 Jan 2027 10:00:00 +0100
From: Digital-Werkstatt <werkstatt@example.org>
To: erna@example.net
Subject: Ihre Buchung
Message-ID: {id}
Content-Type: text/plain; charset=utf-8

Guten Tag Erna Meier,
Ihr Platz ist gebucht. Wir haben Ihnen 550 Plätze in Raum 5.1.1 freigehalten.
"""


def dsn(
    message_id: str,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    diagnosis: str = "smtp; 550 5.1.1 <erna@example.net>: Recipient address rejected: User unknown",
    returned: str = "message/rfc822",
    sender: str = "MAILER-DAEMON@mx.example.org (Mail Delivery System)",
    said: str = "I'm sorry to have to inform you that your message could not be delivered.",
) -> bytes:
    """A report after RFC 3464, as Postfix writes it."""
    copy = RETURNED.format(id=message_id)
    if returned == "text/rfc822-headers":
        copy = copy.partition("\n\n")[0] + "\n"
    fields = [f"Action: {action}"] * bool(action) + [f"Status: {status}"] * bool(status)
    about = "\n".join(["Final-Recipient: rfc822; erna@example.net", *fields, f"Diagnostic-Code: {diagnosis}"])
    return f"""\
Return-Path: <>
Date: Mon, 11 Jan 2027 10:00:01 +0100 (CET)
From: {sender}
Subject: Undelivered Mail Returned to Sender
To: werkstatt@example.org
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="AB12.17.mx.example.org"
Message-Id: <20270111090001.AB12@mx.example.org>

This is a MIME-encapsulated message.

--AB12.17.mx.example.org
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

{said}

--AB12.17.mx.example.org
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
Arrival-Date: Mon, 11 Jan 2027 10:00:00 +0100 (CET)

{about}

--AB12.17.mx.example.org
Content-Description: Undelivered Message
Content-Type: {returned}

{copy}
--AB12.17.mx.example.org--
""".encode()


def exchange(message_id: str) -> bytes:
    """Exchange returns headers only, quotes long codes and answers from an account of its own."""
    return dsn(
        message_id,
        sender="Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@schule.example>",
        status="5.1.10",
        diagnosis="smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient erna@schule.example not found",
        returned="text/rfc822-headers",
    )


def exim(message_id: str, *, late: bool = False) -> bytes:
    """Exim says it in its own words, with the returned mail below."""
    subject = (
        "Warning: message 1abc-000 delayed 24 hours" if late else "Mail delivery failed: returning message"
    )
    said = (
        "This message was created automatically by mail delivery software.\n"
        "A message that you sent has not yet been delivered to one or more of its\n"
        "recipients after more than 24 hours on the queue on mx.example.org.\n\n  erna@example.net\n"
        if late
        else "This message was created automatically by mail delivery software.\n\n"
        "A message that you sent could not be delivered to one or more of its\n"
        "recipients. This is a permanent error. The following address(es) failed:\n\n"
        "  erna@example.net\n    host mx.example.net [192.0.2.7]\n"
        "    SMTP error from remote mail server after RCPT TO:<erna@example.net>:\n"
        "    550 mailbox unavailable\n"
    )
    failed = "" if late else "X-Failed-Recipients: erna@example.net\n"
    return (
        f"From: Mail Delivery System <Mailer-Daemon@mx.example.org>\n{failed}"
        f"Auto-Submitted: auto-replied\nSubject: {subject}\nTo: werkstatt@example.org\n\n{said}\n"
        "------ This is a copy of the message, including all the headers. ------\n\n"
        + RETURNED.format(id=message_id)
    ).encode()


def qmail(message_id: str) -> bytes:
    return (
        "From: MAILER-DAEMON@mail.example.net\nTo: werkstatt@example.org\nSubject: failure notice\n\n"
        "Hi. This is the qmail-send program at mail.example.net.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
        "This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
        "<erna@example.net>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
        "--- Below this line is a copy of the message.\n\n" + RETURNED.format(id=message_id)
    ).encode()


def quoted(message_id: str) -> bytes:
    """A gateway that quotes the headers with marks before them, in a text of several parts."""
    headers = "\n".join(f"> {line}" for line in RETURNED.format(id=message_id).splitlines()[:6])
    return (
        dedent("""\
        From: postmaster@gateway.example.net
        To: werkstatt@example.org
        Subject: Unzustellbar: Ihre Buchung
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=xx

        --xx
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: 8bit

        Die Nachricht konnte nicht zugestellt werden.
        552 5.2.2 Das Postfach ist voll.

        HEADERS

        --xx--
        """)
        .replace("HEADERS", headers)
        .encode()
    )


def answering(message_id: str) -> bytes:
    """A server that returns nothing and only answers to the mail."""
    return (
        f"From: postmaster@example.net\nTo: werkstatt@example.org\nIn-Reply-To: {message_id}\n"
        f"References: <a@b> {message_id}\nSubject: Undeliverable\n\n451 4.3.0 Try again later\n"
    ).encode()


def vacation(message_id: str) -> bytes:
    """What a person's mailbox answers; it has arrived."""
    return (
        "Return-Path: <>\nFrom: Erna Meier <erna@example.net>\nTo: werkstatt@example.org\n"
        f"In-Reply-To: {message_id}\nReferences: {message_id}\nAuto-Submitted: auto-replied\n"
        "Subject: Bin im Urlaub\n\nIch bin bis zum 5.1.27 weg, 550 km von hier.\n\n"
        f"> Message-ID: {message_id}\n"
    ).encode()


def receipt(message_id: str) -> bytes:
    """It has been read."""
    return dedent(f"""\
        From: postmaster@example.net
        To: werkstatt@example.org
        Content-Type: multipart/report; report-type=disposition-notification; boundary=xx

        --xx
        Content-Type: message/disposition-notification

        Original-Message-ID: {message_id}
        Disposition: manual-action/MDN-sent-manually; displayed

        --xx
        Content-Type: text/rfc822-headers

        Message-ID: {message_id}

        --xx--
        """).encode()
