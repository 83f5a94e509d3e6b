"""A wheel holds the JavaScript, and joins it as the sources do."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from dataexplore.widgets.joined import joined

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """What a wheel of the package holds, unpacked as an installer does."""
    folder = tmp_path_factory.mktemp("wheel")
    build = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, str(folder)], cwd=ROOT, check=True)
    (file,) = folder.glob("*.whl")
    with zipfile.ZipFile(file) as wheel:
        wheel.extractall(folder / "site")
    return folder / "site"


def test_a_wheel_joins_the_same_module(installed):
    script = "from dataexplore.widgets import joined; print(joined.__file__); print(joined.joined('graph'))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=installed, capture_output=True, text=True, check=True
    )
    file, _, module = done.stdout.partition("\n")
    assert Path(file).is_relative_to(installed)
    assert module == joined("graph") + "\n"


def test_a_wheel_holds_the_style_sheet(installed):
    name = "dataexplore/widgets/graph.css"
    assert (installed / name).read_text("utf-8") == (ROOT / name).read_text("utf-8")
