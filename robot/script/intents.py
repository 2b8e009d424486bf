"""What callers may mean, in every language pack: the intents of ``dialogs/nlu/common.*.yml`` in one line each."""

from typing import Final

__all__ = ["MEANINGS"]

MEANINGS: Final[dict[str, str]] = {
    "affirm": "Yes, gladly, speaking.",
    "deny": "No, not interested.",
    "callback_later": "Asks to be called another time, or names when.",
    "cannot_talk": "Not now, and no time is named: “I am driving”.",
    "think_about_it": "Is undecided: “I will have to think”.",
    "ask_price": "Asks what it costs.",
    "ask_details": "Asks what it is about, or for more of it.",
    "send_info": "Wants it in writing.",
    "operator_please": "Wants a human.",
    "competitor": "Goes somewhere else by now.",
    "do_not_call": "Wants no more calls. Understood first, whatever else is said with it.",
    "wrong_number": "Nobody here knows the person who was asked for.",
    "not_the_person": "Somebody else speaks, who knows the person: “I am her husband”.",
    "moved_away": "The person no longer has this phone, home, job or city.",
    "who_is_this": "Asks who is calling.",
    "ask_where_number_from": "Asks where the number comes from.",
    "is_robot": "Asks whether this is a robot.",
    "complaint": "Complains of something that happened.",
    "abuse": "Curses.",
    "greet": "Hello, I am listening.",
    "repeat": "Did not hear, asks to say it again.",
    "thanks_bye": "Thanks, or says goodbye.",
    "out_of_scope": "Anything else; counts as not understood.",
}
"""Intent → what was meant."""
