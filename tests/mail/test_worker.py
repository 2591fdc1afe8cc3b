"""The worker carries letters by itself, if it was told of a server."""

import asyncio

import pytest

from backend import worker
from backend.core import jobs
from tests.mail.smtp import mailbox
from tests.mail.test_mail import post, sent
from tests.test_worker import eventually


async def test_the_worker_sends_what_waits(stripe: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_schedules", {})
    monkeypatch.setattr(worker.Letters, "post", None)
    await sent()
    stop = asyncio.Event()
    async with mailbox() as box:
        working = asyncio.create_task(worker.work(post=post(box), stop=stop))

        async def arrived() -> bool:
            return len(box.kept) == 1

        await eventually(arrived)
        stop.set()
        await asyncio.wait_for(working, 10)
