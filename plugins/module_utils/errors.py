# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""One exception for each thing that a caller can act on.

Every message says what was asked, what Quay answered, and what to do.
"""

from __future__ import annotations

from .visible import visible


class QuayError(Exception):
    """Base of every error that the library raises.

    ``status`` is the HTTP status of Quay's answer, or None where no answer was involved. A message is one
    line that can be shown anywhere: what others wrote into it is escaped (see visible.py).
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        message = visible(message)
        super().__init__(message)
        self.message = message
        self.status = status

    def __str__(self) -> str:
        return self.message


class InvalidDeclaration(QuayError):
    """What the user declared contradicts a rule. Raised before anything is written."""


class PurgeRefused(QuayError):
    """A purge would remove more objects than its limit allows."""


class KeepListFailed(QuayError):
    """A source of what must not expire could not be read. Raised before anything is written."""


class InvalidRequest(QuayError):
    """Quay refused a value (400) for a reason that no other class names."""


class SuperuserProtected(InvalidRequest):
    """Quay does not let one superuser change or delete another."""


class UsersElsewhere(InvalidRequest):
    """The registry's users come from a directory, so that Quay does not make or change them."""


class InvalidName(InvalidRequest):
    """A name does not follow Quay's rule for its kind of object."""


class NotFound(QuayError):
    """The object, or something that the request refers to, does not exist."""


class TagMissing(NotFound):
    """A repository does not have the tag that something is about."""


class Conflict(QuayError):
    """The object exists already, or is not as it was read: another caller was first."""


class NameHeld(QuayError):
    """The name belongs to something deleted that Quay's background job has not removed yet."""


class AuthenticationFailed(QuayError):
    """Quay does not know the caller: the token or the password is not valid."""


class AccountInactive(AuthenticationFailed):
    """The password is right, but the account is disabled or its e-mail address is not verified."""


class FreshLoginRequired(AuthenticationFailed):
    """The session is too old for this request; signing in again mends it."""


class SessionLost(AuthenticationFailed):
    """The session of a sign-in is not accepted any more; signing in again may mend it."""


class Forbidden(QuayError):
    """Quay knows the caller, who lacks the right or whose token lacks the scope."""


class FeatureOff(QuayError):
    """The endpoint does not exist there: a feature flag is off, or this Quay is too old."""


class RateLimited(QuayError):
    """Quay asked to slow down (429) more often than the client was ready to wait."""


class ReadOnly(QuayError):
    """The registry or the repository does not take changes at present."""


class Busy(QuayError):
    """Quay is at work on the object, and passes changes of it over."""


class ServerFault(QuayError):
    """Quay, or something in front of it, failed (5xx)."""


class Unreachable(QuayError):
    """No answer came from the host."""


class CertificateRejected(Unreachable):
    """The host's certificate is not trusted, expired, or made for another name."""


class NotQuay(QuayError):
    """Something answered, but not with Quay's API."""


class AnswerTooLarge(NotQuay):
    """An answer is larger than anything that is ever answered there; it was not read to its end."""


class FileTrouble(QuayError):
    """A file on the host that runs the module cannot be read or written."""


class IncompleteListing(QuayError):
    """A listing could not be read to its end, so nothing may be concluded from it."""


class Unconfirmed(QuayError):
    """A request that changes something failed in a way that leaves open whether it was carried out.

    The only right reaction is to read again and to plan again. ``cause`` is the error that is
    reported when that does not help. ``lasting`` is true where the failure is likely to repeat
    (500), false where it is likely to pass (time-out, reset, 502, 503, 504).
    """

    def __init__(self, cause: QuayError, lasting: bool) -> None:
        super().__init__(cause.message, cause.status)
        self.cause = cause
        self.lasting = lasting
