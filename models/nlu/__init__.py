"""Understanding of short replies: Rasa-format training data, rules, an embedded classifier, and times as people say them."""

from models.nlu.data import NluDataError, read_nlu
from models.nlu.times import find_times
from models.nlu.train import load_nlu

__all__ = ["NluDataError", "find_times", "load_nlu", "read_nlu"]
