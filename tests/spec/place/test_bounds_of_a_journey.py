title = "On the way, and home again"
text = """The timer of a journey ends at `expected_by`, or 60 minutes after leaving; at that instant the patient has not arrived.
Home again, what fell due meanwhile is due one interval from then; after a discharge 24 hours are measured as in an episode."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1; 1h well"
CASES = """
                                        | when                                                                  | place                | urgency | overdue | due T | due ICE
on the way                              | 2h place travelling                                                   | travelling           | routine | none    | -     | -
59 minutes                              | 2h place travelling; 2h59m tick                                       | travelling           | routine | none    | -     | -
60 minutes                              | 2h place travelling; 3h tick                                          | travelling           | urgent  | none    | -     | -
61 minutes                              | 2h place travelling; 3h1m tick                                        | travelling           | urgent  | none    | -     | -
a day later                             | 2h place travelling; 26h tick                                         | travelling           | urgent  | none    | -     | -
expected in 10 minutes, 9               | 2h place travelling by 2h10m; 2h9m tick                               | travelling           | routine | none    | -     | -
expected in 10 minutes, 10              | 2h place travelling by 2h10m; 2h10m tick                              | travelling           | urgent  | none    | -     | -
expected in 10 minutes, 11              | 2h place travelling by 2h10m; 2h11m tick                              | travelling           | urgent  | none    | -     | -
told again, a new time                  | 2h place travelling by 2h10m; 2h9m place travelling by 4h; 3h30m tick | travelling           | routine | none    | -     | -
arrived home                            | 2h place travelling; 2h59m place home; 3h1m tick                      | home                 | routine | none    | 6h59m | 10h
arrived late                            | 2h place travelling; 3h30m place emergency_department; 3h31m tick     | emergency_department | routine | none    | -     | -
admitted after it                       | 2h place travelling; 3h30m place admitted; 3h31m tick                 | admitted             | routine | none    | -     | -
admitted, a symptom                     | 2h place admitted; 2h5m symptom rigors                                | admitted             | urgent  | none    | -     | -
admitted, a fever                       | 2h place admitted; 3h well T 38.0                                     | admitted             | urgent  | none    | -     | -
home after a day: due an interval later | 2h place admitted; 26h place home                                     | home                 | routine | none    | 30h   | 34h
home after a day, a minute before grace | 2h place admitted; 26h place home; 30h29m tick                        | home                 | routine | none    | 30h   | 34h
home after a day, at the end of grace   | 2h place admitted; 26h place home; 30h30m tick                        | home                 | watch   | T S B   | 30h   | 34h
discharged: due in an hour              | 2h place admitted; 26h place discharged                               | discharged           | routine | none    | 27h   | 34h
discharged, 23 h 59 min later           | 2h place admitted; 26h place discharged; 49h59m well                  | discharged           | routine | none    |       |
discharged, 24 h later                  | 2h place admitted; 26h place discharged; 50h well                     | discharged           | routine | none    | 54h   |
discharged, 24 h and a minute later     | 2h place admitted; 26h place discharged; 50h1m well                   | discharged           | routine | none    | 54h1m |
care ended                              | 2h place ended                                                        | ended                | routine | none    | -     | -
care ended, a fever arrives             | 2h place ended; 3h well T 39.6                                        | ended                | routine | none    | -     | -
care taken up again                     | 2h place ended; 3h place home; 3h10m well T 38.0                      | home                 | urgent  | none    |       | 10h
"""


def test_the_bounds_of_a_journey(case):
    case.holds()
