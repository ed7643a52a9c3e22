title = "Overdue"
text = """A required group is overdue from due + grace: watch from then on, urgent 30 minutes later in the window,
masked or in an episode, and never above urgent. Outside the window it stays watch. Breaths and ICE never
count."""
source = "engineering default, 2026-11-21, unsigned"
CASES = """
                                       | when                                                          | overdue | urgency
in the window, at due                  | 0h dose SUD1; 1h well; 5h tick                                | none    | routine
in the window, a minute before grace   | 0h dose SUD1; 1h well; 5h29m tick                             | none    | routine
in the window, at the end of grace     | 0h dose SUD1; 1h well; 5h30m tick                             | T S B   | watch
in the window, a minute later          | 0h dose SUD1; 1h well; 5h31m tick                             | T S B   | watch
in the window, 29 minutes later        | 0h dose SUD1; 1h well; 5h59m tick                             | T S B   | watch
in the window, 30 minutes later        | 0h dose SUD1; 1h well; 6h tick                                | T S B   | urgent
in the window, 31 minutes later        | 0h dose SUD1; 1h well; 6h1m tick                              | T S B   | urgent
in the window, days later              | 0h dose SUD1; 1h well; 60h tick                               | T S B   | urgent
before any dose, a minute before grace | 0h well; 8h29m tick                                           | none    | routine
before any dose, at the end of grace   | 0h well; 8h30m tick                                           | T S B   | watch
before any dose, 30 minutes later      | 0h well; 9h tick                                              | T S B   | watch
before any dose, a day later           | 0h well; 32h tick                                             | T S B   | watch
never measured                         | 0h dose SUD1; 4h30m tick                                      | T S B   | watch
never measured, 30 minutes later       | 0h dose SUD1; 5h tick                                         | T S B   | urgent
one group                              | 0h dose SUD1; 1h well; 5h T 36.6 B 124/76; 5h30m tick         | S       | watch
breaths do not count                   | 0h dose SUD1; 1h well R 16; 5h well; 6h tick                  | none    | routine
ICE does not count                     | 0h dose SUD1; 1h ice 10; 5h well; 8h tick                     | none    | routine
no reading does not count              | 0h dose SUD1; 1h well; 5h well T --; 5h30m tick               | T       | watch
a doubtful value counts                | 0h dose SUD1; 1h well; 5h well B 124/76 [cuff_loose]; 6h tick | none    | routine
a value below the floor does not count | 0h dose SUD1; 1h well; 5h well T 29.0; 5h30m tick             | T       | urgent
in an episode, a minute before grace   | 0h dose SUD1; 1h well T 38.4; 2h well; 3h14m tick             | none    | routine
in an episode, at the end of grace     | 0h dose SUD1; 1h well T 38.4; 2h well; 3h15m tick             | T S B   | watch
in an episode, 29 minutes later        | 0h dose SUD1; 1h well T 38.4; 2h well; 3h44m tick             | T S B   | watch
in an episode, 30 minutes later        | 0h dose SUD1; 1h well T 38.4; 2h well; 3h45m tick             | T S B   | urgent
"""


def test_overdue(case):
    case.holds()
