"""The gate of the Go library: calls may enter together, changes alone, and nobody waits for ever."""

import threading
import time

from salonbot.whatsapp.gate import Gate


def test_calls_enter_together() -> None:
    gate = Gate()

    with gate.entry(), gate.entry():
        pass


def test_a_change_waits_for_calls_that_are_entering_and_keeps_new_ones_out() -> None:
    gate, order = Gate(), []
    changing = threading.Event()

    def change() -> None:
        changing.set()
        lease = gate.change()
        order.append("change")
        lease.release()

    def enter() -> None:
        with gate.entry():
            order.append("late call")

    with gate.entry():
        changer = threading.Thread(target=change)
        changer.start()
        changing.wait()
        while not gate._waiting_changes:
            time.sleep(0.001)
        late = threading.Thread(target=enter)
        late.start()
        order.append("early call")
    changer.join()
    late.join()

    assert order == ["early call", "change", "late call"]


def test_a_call_that_lasts_holds_nobody_up() -> None:
    gate = Gate()

    with gate.entry():
        gate.change().release()


def test_a_change_that_never_ends_holds_nobody_up() -> None:
    gate = Gate()
    gate.change(seconds=0.05)

    gate.change(seconds=0.05)
    with gate.entry():
        pass


def test_a_lease_may_be_given_back_twice() -> None:
    gate = Gate()
    lease = gate.change()

    lease.release()
    lease.release()
    gate.change().release()
