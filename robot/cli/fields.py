"""Fields of a contact, given on the command line."""

from collections.abc import Iterable

from robot.cli.errors import Mistaken
from robot.script import Script
from robot.script.findings import nearest

__all__ = ["contact_for", "read_fields"]

_SOMEBODY = {"ru": "Анна"}


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


def contact_for(script: Script, given: Iterable[str]) -> dict[str, str]:
    """Return a contact with the fields given; those that the script needs besides are said by their names.

    Raises:
        Mistaken: The script has no such field.
    """
    known = {**script.needs, **script.may_have}
    contact = read_fields(given)
    for field, value in contact.items():
        if field not in known:
            raise Mistaken(f"--contact {field}={value}: the script has no field {field}. {nearest(field, known)}")
    somebody = _SOMEBODY.get(script.language, "Anna")
    return {field: somebody if kind == "name" else field for field, kind in script.needs.items()} | contact
