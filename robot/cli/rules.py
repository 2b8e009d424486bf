"""Rules of policy, as people say them."""

from robot.campaign.policy import Rule

__all__ = ["in_words"]

_WORDS = {
    Rule.NUMBER: "an emergency, short or premium number is never dialled",
    Rule.DO_NOT_CALL: "the number or the contact is on the do-not-call list",
    Rule.CONSENT: "the script advertises, and no consent is recorded (its basis, and a date not in the future)",
    Rule.ZONE: "the contact's time zone is not known, so nobody can say whether it is night there",
    Rule.WINDOW: "it is outside the hours in which calls are welcome, in the contact's zone",
    Rule.UNTIL: "the campaign is over",
    Rule.EMBARGO: "an earlier call to this phone ended in a way we do not know; it may be ringing still",
    Rule.PHONE_BUSY: "we are calling this phone already",
    Rule.DEAD_PHONE: "the number is known to be invalid, or not to be this contact's",
    Rule.MOST_ATTEMPTS: "the contact has been dialled as often as the campaign allows",
}


def in_words(rule: str) -> str:
    """Return a rule as a sentence without its full stop; the rule itself where there are no words for it."""
    try:
        return _WORDS[Rule(rule)]
    except ValueError:
        return rule.replace("_", " ")
