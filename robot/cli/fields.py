"""Fields of a contact, given on the command line."""

from collections.abc import Iterable

from robot.cli.errors import Mistaken

__all__ = ["read_fields"]


def read_fields(given: Iterable[str]) -> dict[str, str]:
    """Read ``FIELD=TEXT`` options.

    Raises:
        Mistaken: One has no equals sign or no name.
    """
    fields: dict[str, str] = {}
    for one in given:
        field, equals, value = one.partition("=")
        if not equals or not field:
            raise Mistaken(f"--contact {one}: write it as FIELD=TEXT, such as first_name=Anna")
        fields[field] = value
    return fields
