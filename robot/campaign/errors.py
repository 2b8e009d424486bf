"""What campaigns refuse, and why.

* CampaignError
  * PlanError: the plan's file cannot be used
  * ListRefused: the contact list cannot be used at all
  * NotPossible: what was asked for does not fit the state that things are in
"""

__all__ = ["CampaignError", "ListRefused", "NotPossible", "PlanError"]


class CampaignError(Exception):
    """The root; its text says what to do."""


class PlanError(CampaignError):
    """Raised when a campaign's plan cannot be used; names file, line and key, every mistake on a line of its own."""


class ListRefused(CampaignError):
    """Raised when a contact list cannot be used at all; single bad rows are reported, not raised."""


class NotPossible(CampaignError):
    """Raised when what was asked for does not exist, or cannot be done in the state it is in."""
