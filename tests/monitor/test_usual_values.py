"""What cannot be a patient's own is refused when it is new, and holds up no correction of something else."""

from decimal import Decimal

import pytest

from monitor.record import Baseline
from monitor.timeline import BadEvent
from monitor.usual_values import USUAL, refuse_unusual, refuse_weight


@pytest.mark.parametrize("key", sorted(USUAL))
def test_both_ends_of_what_is_usual_are_taken_and_nothing_beyond(key):
    least, most = USUAL[key].least, USUAL[key].most
    for taken in (least, most):
        refuse_unusual(Baseline(**{key: taken}))
    for slip in (least - 1, most + 1):
        with pytest.raises(BadEvent, match=f"{key} {slip} .* between {least} and {most}"):
            refuse_unusual(Baseline(**{key: slip}))


@pytest.mark.parametrize("slip", [Decimal(0), Decimal("400.5")])
def test_a_weight_that_nobody_has_is_refused(slip):
    with pytest.raises(BadEvent, match="kilograms"):
        refuse_weight(slip, Decimal(71))


def test_a_slip_that_stands_there_already_holds_up_no_correction_of_something_else():
    before = Baseline(temperature_c=Decimal("98.6"))
    refuse_unusual(Baseline(temperature_c=Decimal("98.6"), systolic_mmhg=Decimal(124)), before)
    refuse_weight(Decimal(715), Decimal(715))
    with pytest.raises(BadEvent, match=r"98\.5"):
        refuse_unusual(Baseline(temperature_c=Decimal("98.5")), before)
