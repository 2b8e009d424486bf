"""Models by the command line; what is fetched comes from a server on loopback that stands in for the makers."""

import io
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from models.pull import PullError
from robot.cli.errors import Mistaken, exit_code
from tests.robot.cli.conftest import Perezvon


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[str]:
    """Serve a small archive under the path of the makers' Polish model."""
    served = tmp_path / "mirror"
    archive = served / "vosk" / "models" / "vosk-model-small-pl-0.22.zip"
    archive.parent.mkdir(parents=True)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as zipped:
        zipped.writestr("vosk-model-small-pl-0.22/README", "a stand-in")
    archive.write_bytes(content.getvalue())
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(served)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_list_says_what_is_used_and_how_to_get_better(perezvon: Perezvon) -> None:
    told = perezvon("models", "list", "ru").output
    assert "espeak-ng ru" in told
    assert "perezvon models pull ru" in told
    assert "not for commercial use" in told
    assert " en " not in told


def test_a_model_is_pulled_once_and_its_licence_is_shown(perezvon: Perezvon, mirror: str) -> None:
    told = perezvon("models", "pull", "pl", "--mirror", mirror).output
    assert "licence: Apache-2.0" in told
    assert "vosk-model-small-pl-0.22: fetched" in told
    assert Path("models-data/vosk-model-small-pl-0.22/README").exists()
    assert "was here already" in perezvon("models", "pull", "pl", "--mirror", mirror).output


def test_a_model_that_is_not_in_the_catalogue_is_a_sentence(perezvon: Perezvon) -> None:
    with pytest.raises(PullError, match="there are") as raised:
        perezvon("models", "pull", "pl", "--name", "vosk-big")
    assert exit_code(raised.value) == 1


@pytest.mark.parametrize("command", ["pull", "list"])
def test_a_language_that_nobody_knows_is_a_usage_error(perezvon: Perezvon, command: str) -> None:
    with pytest.raises(Mistaken, match=r"there are.* pl") as raised:
        perezvon("models", command, "fr")
    assert exit_code(raised.value) == 2
