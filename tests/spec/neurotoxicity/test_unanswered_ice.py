title = "Unanswered ICE"
text = """What was due and not answered for two hours is named, with the time it was first due, for the nurse to ask by
telephone. It raises no urgency and pages nobody. Elsewhere than at home nothing is owed."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1"
CASES = """
                             | when                                                                   | unanswered | urgency | says
not yet due                  | 1h well; Mon 19:59 well                                                | -          | routine |
a minute before two hours    | 1h well; Mon 20:00 well; Mon 21:59 well                                | -          | routine |
at two hours                 | 1h well; Mon 20:00 well; Mon 22:00 well                                | Mon 20:00  | routine | ICE unanswered since 2026-03-02 20:00: ask by telephone
a minute later               | 1h well; Mon 20:00 well; Mon 22:01 well                                | Mon 20:00  | routine | ICE unanswered
the next one changes nothing | 1h well; Mon 22:00 well; Tue 08:00 well                                | Mon 20:00  | routine | since 2026-03-02 20:00
answered late                | 1h well; Mon 22:00 well; Mon 22:30 ice 10                              | -          | routine |
then the next is owed        | 1h well; Mon 22:30 ice 10; Tue 08:00 well; Tue 10:00 well              | Tue 08:00  | routine | ICE unanswered since 2026-03-03 08:00
answered at the hour         | 1h well; Mon 20:00 ice 10; Mon 22:00 well                              | -          | routine |
answered just before it      | 1h well; Mon 19:59 ice 10; Mon 22:00 well                              | Mon 20:00  | routine | ICE unanswered
a dose at the very hour      | Mon 20:00 dose SUD2; Mon 21:00 well; Mon 22:00 well                    | Mon 20:00  | routine | ICE unanswered
after a symptom              | 1h well; 2h symptom headache; 4h well                                  | 2h         | watch   | ICE unanswered
a child's CAPD               | born 2018-03-01; 1h well; Mon 20:00 well; Mon 22:00 well               | Mon 20:00  | routine | CAPD unanswered
answered by CAPD             | born 2018-03-01; 1h well; Mon 20:00 capd 0; Mon 22:00 well             | -          | routine |
in hospital                  | 1h well; 2h place admitted; Mon 22:00 well                             | -          | routine |
home again, from then on     | 1h well; 2h place admitted; Mon 21:00 place discharged; Mon 22:00 well | -          | routine |
its next hour after that     | 1h well; 2h place admitted; Mon 21:00 place discharged; Tue 10:00 well | Tue 08:00  | routine | ICE unanswered
after the window it ends     | 1h well; 6d22h ice 10; 9d well                                         | -          | routine |
"""


def test_unanswered_ice(case):
    case.holds()
