"""The script language: what a marketer may write, read with line numbers and checked before anybody is dialled."""

from robot.script.check import check_script
from robot.script.findings import Finding, Place, ScriptError
from robot.script.graph import Graph, Kind, Node, lay_out
from robot.script.loader import load_script, load_version, read_script, script_file
from robot.script.schema import Script, Step

__all__ = [
    "Finding", "Graph", "Kind", "Node", "Place", "Script", "ScriptError", "Step", "check_script", "lay_out",
    "load_script", "load_version", "read_script", "script_file",
]  # fmt: skip
