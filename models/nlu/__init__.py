"""Understanding of short replies: training data in Rasa's format, rules, an embedded classifier, times as said."""

from models.nlu.data import NluDataError, read_nlu
from models.nlu.times import find_times
from models.nlu.train import load_nlu

__all__ = ["NluDataError", "find_times", "load_nlu", "read_nlu"]
