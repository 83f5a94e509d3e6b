"""A client of Talend's runs over a script of answers; what it asks is held against the contract."""

from __future__ import annotations

from dataexplore.clients.talend.executions import Executions
from dataexplore.clients.talend.metrics import Metrics
from dataexplore.clients.talend.plans import Plans
from dataexplore.clients.talend.tasks import Tasks
from dataexplore.secret import Secret
from dataexplore.settings import ServiceSettings
from dataexplore.transport import Session
from tests.clients.scripted import TOKEN, Asking, Script
from tests.contract.contract_transport import RequestsChecked
from tests.faults.fake_clock import FakeClock

PLAN = "5b1f0c52-8c3e-4a5e-9d4e-2f6f3c1a7b10"
RUN = "a2f1c3d4-0001-4e5f-8a9b-000000000002"
TASK = "65f0a1b2c3d4e5f60718293a"
TASK_RUN = "e1f2a3b4-0001-4c5d-8e6f-000000000001"
STEPS = ("0d6f7a9e-31b4-4c0c-8f5a-7d1f4b7c9e01", "0d6f7a9e-31b4-4c0c-8f5a-7d1f4b7c9e02")
STEP_RUNS = ("c7d8e9f0-0001-4a1b-9c2d-000000000001", "c7d8e9f0-0001-4a1b-9c2d-000000000002")


def settings():
    return ServiceSettings("talend", "p", url="http://127.0.0.1", token=Secret(TOKEN))


def runs_of(session):
    """The client of runs over a session, as Talend's client makes it."""
    return Executions(session, Plans(session), Tasks(session))


class AskedRuns(Asking):
    """A client that tells what it asked."""

    def open(self, settings, answers, clock=None, cancel=None):
        self.script = Script(answers)
        self.clock = clock or FakeClock()
        wire = RequestsChecked("talend", self.script)
        self.session = Session(settings, Secret(TOKEN), transport=wire, clock=self.clock, cancel=cancel)
        self.executions = runs_of(self.session)
        self.metrics = Metrics(self.session)


def page(*items, **more):
    return {"items": [*items], **more}


def plan_run(number=2, **more):
    return {
        "executionId": f"a2f1c3d4-0001-4e5f-8a9b-{number:012}",
        "planId": PLAN,
        "startTimestamp": "2026-11-20T05:30:00.388Z",
        "executionStatus": "EXECUTION_FAILED",
        "status": "execution_failed",
        "executionType": "SCHEDULED",
        "userId": "operator1",
        "userType": "HUMAN",
        "plannedExecutableCount": 3,
        "doneExecutableCount": 2,
        "finishTimestamp": "2026-11-20T05:34:12.020Z",
        **more,
    }


def running(**more):
    told = plan_run(status="executing", executionStatus="STARTED", **more)
    return {name: value for name, value in told.items() if name != "finishTimestamp"}


def listed_task(number=1, **more):
    return {
        "executionId": f"e1f2a3b4-0001-4c5d-8e6f-{number:012}",
        "taskId": TASK,
        "planId": PLAN,
        "taskVersion": "1.2",
        "executionType": "PLAN",
        "status": "execution_successful",
        "executionStatus": "EXECUTION_SUCCESS",
        "triggerTimestamp": "2026-11-20T05:30:00.500Z",
        "startTimestamp": "2026-11-20T05:30:04.120Z",
        "finishTimestamp": "2026-11-20T05:31:40.900Z",
        "userId": "operator1",
        "userType": "HUMAN",
        "runtime": {"type": "REMOTE_ENGINE", "engineId": "e-1"},
        **more,
    }


def single_task(**more):
    return {
        "executionId": TASK_RUN,
        "triggerTimestamp": "2026-11-20T05:30:00.500Z",
        "startTimestamp": "2026-11-20T05:30:04.120Z",
        "finishTimestamp": "2026-11-20T05:31:40.900Z",
        "userId": "operator1",
        "userType": "HUMAN",
        "jobId": TASK,
        "jobVersion": "1.2",
        "environmentVersion": "1.3",
        "executionStatus": "EXECUTION_SUCCESS",
        "executionType": "PLAN",
        "executionDestination": "CLOUD",
        "numberOfProcessedRows": 10250,
        "numberOfRejectedRows": 0,
        "accountId": "d0c5a2f4-5b7e-4a7f-8e1b-6c1d2e3f4a5b",
        "workspaceId": "65f0a1b2c3d4e5f607182901",
        "planId": RUN,
        "status": "execution_successful",
        **more,
    }


def step_run(place, word="SUCCESS", **more):
    return {
        "id": STEPS[place],
        "executionId": STEP_RUNS[place],
        "startTimestamp": "2026-11-20T05:30:00.500Z",
        "finishTimestamp": "2026-11-20T05:31:41.000Z",
        "executionStatus": word,
        **more,
    }
