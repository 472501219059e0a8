"""What people see in a browser: a student in JupyterLab, a grader in formgrader. Drives Debian's Chromium."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from test_student_zip import ASSIGNMENT, paste

from autograder.authoring.course import Course
from autograder.authoring.release import build_release, student_zip
from autograder.classroom.gradebook.entries import read_entries
from autograder.classroom.gradebook.sources import read_sources
from autograder.classroom.layouts import HandedIn
from autograder.classroom.record import grade_and_record
from tests.exercises.sample_class import Sample, write_class

ROOT = Path(__file__).resolve().parents[2]
WAIT = 30_000  # milliseconds that a page may take on a slow machine
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
FORGETS = ("LSTM", "c_t = f_t * c_t + i_t * g_t", "c_t = c_t + i_t * g_t")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium with a fresh profile."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Chromium is not installed; on Debian: apt-get install chromium")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed; it is in the dev extra")
    with sync_api.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=program, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A new page that keeps what went wrong in it in `page.wrong`."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    context.set_default_timeout(WAIT)
    context.route(lambda url: not url.startswith(("http://127.0.0.1:", "data:", "blob:")), lambda route: route.abort())
    new = context.new_page()
    new.wrong = []
    new.on("pageerror", lambda error: new.wrong.append(str(error)))
    new.on("console", lambda message: new.wrong.append(message.text) if message.type == "error" else None)
    yield new
    context.close()


@pytest.fixture(scope="module")
def course(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course folder of its own, with the real sources, tests and settings, and the release built.

    It asks for the browser so that nothing is built where there is none.
    """
    root = tmp_path_factory.mktemp("course")
    (root / "source").mkdir()
    (root / "source" / ASSIGNMENT).symlink_to(ROOT / "source" / ASSIGNMENT)
    (root / "tests").symlink_to(ROOT / "tests")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    made = Course(root)
    build_release(made, ASSIGNMENT)
    return made


@contextmanager
def jupyter(folder: Path, scratch: Path) -> Iterator[tuple[str, str]]:
    """Run JupyterLab in a folder, with nobody's own settings; yield its address and its token."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(16)
    own = {"HOME": scratch, "IPYTHONDIR": scratch / "ipython"}
    own |= {f"JUPYTER_{part}_DIR": scratch / part.lower() for part in ("CONFIG", "DATA", "RUNTIME")}
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "IdentityProvider.token": token,
        "ServerApp.root_dir": folder,
        "LabApp.extension_manager": "readonly",
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    server = subprocess.Popen(
        command + [f"--{name}={value}" for name, value in options.items()],
        cwd=folder,
        env=os.environ | {name: str(value) for name, value in own.items()},
        stderr=subprocess.PIPE,
        text=True,
    )
    said: list[str] = []
    ready = threading.Event()

    def listen() -> None:
        assert server.stderr
        for line in server.stderr:
            said.append(line)
            if f"127.0.0.1:{port}/" in line:
                ready.set()
        ready.set()

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        assert ready.wait(60), "".join(said)
        assert server.poll() is None, "".join(said)
        yield f"http://127.0.0.1:{port}", token
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
        listener.join(10)  # a kernel left behind would hold the pipe open


@pytest.fixture(scope="module")
def desk(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """JupyterLab over the course, and beside it the student zip three times: blank, right, with a mistake."""
    folder = course.root
    for name in ("blank", "right", "wrong"):
        with zipfile.ZipFile(student_zip(course, ASSIGNMENT)) as archive:
            archive.extractall(folder / name)
        if name != "blank":
            paste(folder / name / ASSIGNMENT, course, ["1_lstm.ipynb"])
    mistaken = folder / "wrong" / ASSIGNMENT / "1_lstm.ipynb"
    text = mistaken.read_text()
    assert FORGETS[1] in text
    mistaken.write_text(text.replace(*FORGETS[1:]))
    with jupyter(folder, tmp_path_factory.mktemp("home")) as address_and_token:
        yield address_and_token


def open_lab(page: Any, desk: tuple[str, str], path: str) -> None:
    page.goto(f"{desk[0]}/lab/tree/{path}?reset&token={desk[1]}")
    page.locator(".jp-NotebookPanel:visible .jp-Cell").first.wait_for()


def nothing_wrong(page: Any) -> None:
    assert page.locator(".jp-Dialog").count() == 0, page.locator(".jp-Dialog").first.inner_text()
    assert not page.wrong


def run_to(page: Any, source: str) -> list[Any]:
    """Run everything above the cell with this source, and the cell; return its outputs."""
    cell = page.locator(".jp-CodeCell", has=page.locator(".cm-content", has_text=source)).first
    cell.scroll_into_view_if_needed()
    cell.locator(".cm-content").click()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Above Selected Cell", exact=True).click()
    cell.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']:visible").wait_for()
    outputs = cell.locator(".jp-OutputArea-output")
    outputs.last.wait_for()
    outputs.last.scroll_into_view_if_needed()
    return outputs.all()


def readable(page: Any, output: Any) -> None:
    """An output is seen as it is: big enough, nothing of it cut off."""
    assert output.is_visible()
    sizes = output.locator("pre").evaluate(
        "pre => ({font: parseFloat(getComputedStyle(pre).fontSize), cut: pre.scrollWidth - pre.clientWidth,"
        " height: pre.clientHeight})"
    )
    assert sizes["font"] >= 12
    assert sizes["cut"] <= 0
    lines = len(output.inner_text().rstrip("\n").split("\n"))
    assert sizes["height"] >= lines * sizes["font"]


def test_a_right_answer_shows_a_table_of_ticks(page: Any, desk: tuple[str, str], tmp_path: Path) -> None:
    open_lab(page, desk, f"right/{ASSIGNMENT}/1_lstm.ipynb")
    (output,) = run_to(page, 'check("lstm_forward")')
    page.screenshot(path=tmp_path / "right.png")
    readable(page, output)
    head, _, *rest = output.inner_text().strip().split("\n")
    assert head.startswith("lstm_forward · 8 points · ")
    done, of = head.removesuffix(" checks passed").rsplit(" · ", 1)[1].split(" of ")
    assert done == of
    assert int(of) == sum(line.startswith("✓ ") for line in rest)
    assert all(line.startswith(("✓ ", "  ")) for line in rest)  # a long sentence goes on, indented
    nothing_wrong(page)


def test_a_wrong_answer_shows_what_is_off_and_one_line(page: Any, desk: tuple[str, str], tmp_path: Path) -> None:
    open_lab(page, desk, f"wrong/{ASSIGNMENT}/1_lstm.ipynb")
    table, error = run_to(page, 'check("lstm_forward")')
    page.screenshot(path=tmp_path / "wrong.png")
    readable(page, table)
    readable(page, error)
    assert "\n✗ " in table.inner_text()
    assert "Try: " in table.inner_text()
    said = error.inner_text().strip()
    assert said.startswith("CheckFailed: lstm_forward: ")
    assert "\n" not in said
    assert "Traceback" not in said + table.inner_text()
    nothing_wrong(page)


@pytest.fixture(scope="module")
def graded(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The course with one student, whose LSTM forgets nothing, graded and recorded."""
    assignment = course.load(ASSIGNMENT)
    samples = [Sample("ann", loses=["lstm_forward"], edits=[FORGETS])]
    folder = tmp_path_factory.mktemp("class")
    handed_in = [HandedIn(("ann",), path) for path in write_class(samples, course, assignment, folder)]
    done = grade_and_record(course, assignment, handed_in, processes=1, seed="browser")
    assert not done.recorded.problems
    return course


def test_formgrader_shows_rubrics_and_scores(page: Any, graded: Course, desk: tuple[str, str], tmp_path: Path) -> None:
    course, assignment = graded, graded.load(ASSIGNMENT)
    notebooks = {notebook.name: notebook for notebook in read_sources(course, assignment, schemes=True)}
    address, token = desk
    page.goto(f"{address}/formgrader/?token={token}")
    page.get_by_role("link", name="Manual Grading").wait_for()
    for name in ("1_lstm", "theory", "report"):
        page.goto(f"{address}/formgrader/gradebook/{ASSIGNMENT}/{name}")
        page.locator("table a[href*='submissions']").first.click()
        page.locator(".nbgrader_cell").first.wait_for()
        page.screenshot(path=tmp_path / f"{name}.png", full_page=True)
        for cell in notebooks[name].cells:
            if not cell.graded:
                continue
            score = page.locator(f"input.score[id='{cell.grade_id}']")
            assert score.is_visible()
            assert not score.input_value(), "nobody has graded by hand"
            if cell.step:  # a box that nobody has written in shows the automatic score in grey
                automatic = "0" if cell.grade_id == "lstm_forward" else f"{cell.points:g}"
                page.locator(f"input.score[id='{cell.grade_id}'][placeholder='{automatic}']").wait_for()
            if cell.task:
                panel = page.locator(".nbgrader_cell", has=score)
                scheme = panel.locator("p", has_text="BEGIN MARK SCHEME")
                assert scheme.is_visible()
                assert panel.locator("p", has_text="END MARK SCHEME").is_visible()
                assert panel.locator("th", has_text="points").last.is_visible(), "the rubric is a table"


def saved(page: Any, box: Any, text: str) -> None:
    """Write into a box of formgrader and wait until the server has it."""
    with page.expect_response(
        lambda answer: answer.request.method == "PUT" and "/formgrader/api/" in answer.url
    ) as put:
        box.fill(text)
        box.dispatch_event("change")
    assert put.value.ok


def test_formgrader_takes_a_score_and_a_comment(
    page: Any, graded: Course, desk: tuple[str, str], tmp_path: Path
) -> None:
    assignment = graded.load(ASSIGNMENT)
    address, token = desk
    page.goto(f"{address}/formgrader/?token={token}")
    page.goto(f"{address}/formgrader/gradebook/{ASSIGNMENT}/1_lstm")
    page.locator("table a[href*='submissions']").first.click()
    score = page.locator("input.score[id='lstm_forward'][placeholder='0']")
    score.wait_for()
    told = page.locator("body").inner_text()
    assert "lstm_forward: 0 of 8 points" in told
    hidden = (graded.tests("hidden", ASSIGNMENT) / "test_lstm.py").read_text(encoding="utf-8")
    lines = [line.strip() for line in hidden.splitlines() if "student." in line or line.startswith("def test_")]
    assert lines
    assert not [line for line in lines if line in told], "the page holds a hidden test"
    saved(page, score, "3.5")
    panel = page.locator(".nbgrader_cell", has=page.locator("textarea.comment")).first
    saved(page, panel.locator("textarea.comment"), "See me – the idea is right.")
    page.screenshot(path=tmp_path / "by_hand.png", full_page=True)
    entry = read_entries(graded, assignment).students["ann"]
    assert entry.steps == {"lstm_forward": 3.5}
    with closing(sqlite3.connect(graded.gradebook / "gradebook.db")) as base:
        found = base.execute("SELECT manual_comment FROM comment WHERE manual_comment IS NOT NULL").fetchall()
    assert found == [("See me – the idea is right.",)]


def test_every_notebook_of_the_release_opens(page: Any, course: Course, desk: tuple[str, str], tmp_path: Path) -> None:
    names = sorted(path.name for path in course.release(ASSIGNMENT).glob("*.ipynb"))
    assert len(names) >= 6
    open_lab(page, desk, f"blank/{ASSIGNMENT}/{names[0]}")
    for name in names:
        page.locator(".jp-DirListing-item", has_text=name).dblclick()
        tab = page.locator(".lm-TabBar-tab.lm-mod-current", has_text=name)
        tab.wait_for()
        panel = page.locator(".jp-NotebookPanel:visible")
        panel.locator(".jp-MarkdownOutput h1").first.wait_for()
        page.screenshot(path=tmp_path / f"{name}.png")
        nothing_wrong(page)
