"""The README keeps its word: its Python runs, and every command and setting is in it."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from cli.main import parser
from service import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_python_of_the_readme_runs(
    tmp_path: Path, golden_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(golden_folder, tmp_path / "reports")
    monkeypatch.chdir(tmp_path)
    [block] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(compile(block, "README.md", "exec"), {})
    assert "panels.pdf added" in capsys.readouterr().out


def test_every_command_is_in_the_readme() -> None:
    [commands] = [action.choices for action in parser()._actions if isinstance(action.choices, dict)]
    assert set(commands) <= set(re.findall(r"^coproduction (\w+)", README, re.MULTILINE))


def test_every_setting_is_in_the_readme() -> None:
    for name in Settings.__dataclass_fields__:
        assert f"COPRODUCTION_{name.upper()}" in README


def test_settings_come_from_the_environment() -> None:
    settings = Settings.from_environment({"COPRODUCTION_LIBRARY": "/x", "COPRODUCTION_MODEL": "/m", "PATH": os.sep})
    assert (settings.library, settings.model) == (Path("/x"), "/m")
    others = {"COPRODUCTION_LANGUAGE_MODEL": "ollama:x", "COPRODUCTION_CROSS_ENCODER": "/c"}
    others |= {"COPRODUCTION_INDEX": " http://db:19530 ", "COPRODUCTION_DATABASE": "postgresql://db/reports "}
    expected = Settings(
        language_model="ollama:x",
        cross_encoder="/c",
        index="http://db:19530",
        database="postgresql://db/reports",
    )
    assert Settings.from_environment(others) == expected
    assert Settings.from_environment({}) == Settings()


def test_the_makefile_offers_what_the_readme_names() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("setup", "run", "test", "lint", "help"):
        assert re.search(rf"^{target}:.*## ", makefile, re.MULTILINE)
    for target in re.findall(r"`make (\w+)`", README):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
