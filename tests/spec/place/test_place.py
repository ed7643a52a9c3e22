title = "Place"
text = """Outside the home nothing is due or overdue and silence raises nothing. A traveller who has not arrived by
the expected time (60 minutes when none is given) is urgent. After discharge the patient is measured as in
an episode for 24 hours. `ended` is routine. No place hides a reading that arrives."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1; 1h well"
CASES = """
                                    | when                                                           | place                | urgency   | overdue | due T  | sight
at home                             | 3h tick                                                        | home                 | routine   | none    | 5h     | seen
travelling                          | 2h place travelling                                            | travelling           | routine   | none    | -      | seen
travelling, a minute before arrival | 2h place travelling; 2h59m tick                                | travelling           | routine   | none    | -      |
travelling, not arrived             | 2h place travelling; 3h tick                                   | travelling           | urgent    | none    | -      |
expected by 2h30m, a minute before  | 2h place travelling by 2h30m; 2h29m tick                       | travelling           | routine   | none    | -      |
expected by 2h30m, not arrived      | 2h place travelling by 2h30m; 2h30m tick                       | travelling           | urgent    | none    | -      |
expected by 5h, after an hour       | 2h place travelling by 5h; 3h30m tick                          | travelling           | routine   | none    | -      |
arrived                             | 2h place travelling; 2h50m place emergency_department; 4h tick | emergency_department | routine   | none    | -      |
emergency department, silent        | 2h place emergency_department; 20h tick                        | emergency_department | routine   | none    | -      | blind
admitted, silent                    | 2h place admitted; 20h tick                                    | admitted             | routine   | none    | -      | blind
admitted, a dangerous value         | 2h place admitted; 3h well T 39.6                              | admitted             | emergency | none    | -      | seen
travelling, a dangerous value       | 2h place travelling; 2h10m S 88                                | travelling           | emergency | none    | -      | seen
discharged, at once                 | 2h place admitted; 20h place discharged                        | discharged           | routine   | none    | 21h    |
discharged, a minute before grace   | 2h place admitted; 20h place discharged; 21h14m tick           | discharged           | routine   | none    |        |
discharged, at the end of grace     | 2h place admitted; 20h place discharged; 21h15m tick           | discharged           | watch     | T S B   |        |
discharged, within 24 h             | 2h place admitted; 20h place discharged; 43h59m well           |                      | routine   | none    | 45h59m | seen
discharged, 24 h over               | 2h place admitted; 20h place discharged; 44h well              |                      | routine   | none    | 48h    | seen
home again                          | 2h place admitted; 20h place home; 21h well                    | home                 | routine   | none    | 25h    | seen
ended                               | 2h place ended; 60h tick                                       | ended                | routine   | none    | -      | blind
"""


def test_place(case):
    case.holds()
