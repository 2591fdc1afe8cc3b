"""What a worker takes in hand at once has a limit, however PostgreSQL plans it."""

from datetime import timedelta

import pytest

from backend import core
from backend.mail import jobs
from tests.conftest import Owner
from tests.mail.test_mail import NOW, sent


@pytest.mark.parametrize("counted", [True, False])
async def test_a_run_takes_no_more_letters_than_its_limit(
    db: None, owner: Owner, counted: bool
) -> None:
    for _ in range(jobs.AT_ONCE + 5):
        await sent()
    if counted:
        await owner.execute("ANALYZE mail.message")
    assert len(await jobs._take_in_hand(NOW)) == jobs.AT_ONCE
    assert len(await jobs._take_in_hand(NOW)) == 5
    assert await core.fetch_value("SELECT max(tries) FROM mail.message") == 1
    assert len(await jobs._take_in_hand(NOW + timedelta(minutes=3))) == jobs.AT_ONCE
