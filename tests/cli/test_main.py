from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import dataexplore


def test_version_and_help_answer_without_the_heavy_imports(run):
    assert run("--version") == (0, f"dataexplore {dataexplore.__version__}\n", "")
    status, out, _ = run("--help")
    assert status == 0
    assert "demo | sandbox | doctor | query" in out
    heavy = "{'httpx', 'pandas', 'pyarrow', 'IPython', 'sqlglot'}"
    look = f"import sys, dataexplore.cli; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", look], check=False).returncode == 0


def test_wrong_usage_is_status_2_and_says_what_is_wrong(run):
    for arguments in ([], ["queries"], ["query"], ["query", "select 1", "--format", "xml"]):
        status, out, err = run(*arguments)
        assert (status, out) == (2, "")
        assert "error: " in err


def test_the_sandbox_command_prints_one_line_and_ends_with_its_standard_input(start):
    process = start("sandbox", "--scale", "0.001")
    ready = json.loads(process.stdout.readline())
    assert ready["url"].startswith("http://127.0.0.1:")
    assert ready["token"]
    if os.name == "posix":
        assert ready["pid"] == process.pid, "it becomes the sandbox instead of standing between"
    rest, _ = process.communicate(timeout=20)
    assert (process.returncode, rest) == (0, b"")


def test_the_sandbox_command_hands_over_its_exit_status(start):
    process = start("sandbox", "--scale", "minus one")
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (2, b"")
    assert b"scale" in err


def test_doctor_says_what_works(run):
    status, out, err = run("doctor")
    assert (status, err) == (0, "")
    assert any(line.startswith("✓ coginiti") for line in out.splitlines())
    status, out, _ = run("doctor", "sandbox", "--sql")
    assert status == 0
    assert "select 1 works" in out


def test_doctor_says_what_does_not_work_and_is_status_1(run, environment):
    status, out, _ = run("doctor", env=environment | {"DATAEXPLORE_SANDBOX_TOKEN": "wrong"})
    assert status == 1
    assert any(line.startswith("✗ coginiti") for line in out.splitlines())


def test_a_missing_profile_is_two_lines_and_status_1(run):
    status, out, err = run("query", "select 1", "--profile", "prod")
    assert (status, out) == (1, "")
    assert err.startswith("dataexplore: There is no profile 'prod'")
    assert err.count("\n") == 2


def test_without_any_settings_the_message_names_the_sandbox(run, environment):
    bare = {name: value for name, value in environment.items() if not name.startswith("DATAEXPLORE_")}
    status, _, err = run("query", "select 1", env=bare)
    assert status == 1
    assert "Nothing is configured" in err
    assert "sandbox" in err


def test_ctrl_c_is_status_130_and_silent(start):
    endless = "select count(*) from range(100_000_000) a, range(100_000_000) b"
    process = start("query", endless, start_new_session=True)
    try:
        process.wait(4)  # it has sent its statement by then
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (130, b"", b"")
