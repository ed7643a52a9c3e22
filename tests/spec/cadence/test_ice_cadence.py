title = "When ICE is asked"
text = """ICE is asked at 08 and 20 and on any neurological symptom; not between 22 and 07 unless febrile or
symptomatic."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1"
CASES = """
                      | when                                                 | due ICE   | urgency
never asked           | 1h well                                              | Mon 20:00 | routine
asked at 20           | 1h well; Mon 20:00 ice 10; Mon 20:00 well            | Tue 08:00 | routine
asked at 08           | 1h well; Tue 08:00 ice 10; Tue 08:00 well            | Tue 20:00 | routine
answered in between   | 1h well; 2h ice 10                                   | Mon 20:00 | routine
confusion             | 1h well; 2h symptom confusion                        | soon      | emergency
confusion at night    | 1h well; Mon 23:00 well; Mon 23:30 symptom confusion | soon      | emergency
confusion, answered   | 1h well; 2h symptom confusion; 2h ice 10             | Mon 20:00 | emergency
vomiting is no reason | 1h well; 2h symptom vomiting                         | Mon 20:00 | watch
unanswered is no page | 1h well; Mon 20:00 well; Mon 22:30 tick              |           | routine
"""


def test_when_ice_is_asked(case):
    case.holds()
