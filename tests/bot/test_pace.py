from bot.pace import TELEGRAM, Limits, Pace


def sent(pace: Pace, place: str, now: float, most: int) -> int:
    count = 0
    while count < most and pace.wait(place, now) == 0:
        pace.spend(place, now)
        count += 1
    return count


def test_a_chat_takes_a_short_burst_then_one_a_second():
    pace = Pace(TELEGRAM)

    assert sent(pace, "ana", 100.0, 10) == 4
    assert round(pace.wait("ana", 100.0), 6) == 1.0
    assert sent(pace, "ana", 101.0, 10) == 1
    assert sent(pace, "ana", 111.0, 10) == 4  # a long rest gives a burst, no more


def test_all_chats_together_take_thirty_a_second():
    pace = Pace(TELEGRAM)

    assert sum(sent(pace, f"person {n}", 100.0, 1) for n in range(100)) == 30
    assert sum(sent(pace, f"other {n}", 100.5, 1) for n in range(100)) == 15


def test_three_processes_share_the_limit():
    pace = Pace(TELEGRAM)
    pace.share(3)

    assert sum(sent(pace, f"person {n}", 100.0, 1) for n in range(100)) == 10


def test_a_process_that_starts_has_saved_up_nothing():
    pace = Pace(TELEGRAM)
    pace.start(100.0)

    assert sum(sent(pace, f"person {n}", 100.1, 1) for n in range(100)) == 3


def test_a_place_on_hold_does_not_hold_the_others():
    pace = Pace(TELEGRAM)
    pace.hold("ana", 130.0)

    assert pace.wait("ana", 100.0) == 30.0
    assert pace.wait("bo", 100.0) == 0.0
    assert pace.resting(100.0) == {"ana": 30.0}
    assert pace.resting(131.0) == {}


def test_a_page_of_our_own_has_no_limits():
    assert sent(Pace(Limits(0, 0, 1, 0)), "ana", 100.0, 1000) == 1000
