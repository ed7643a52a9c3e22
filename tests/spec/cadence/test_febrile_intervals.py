title = "Intervals in an episode"
text = """One hour until 4 hours after the episode's row was entered or after the last value of 38.0 or more, then 2
hours, by night as by day. In an emergency 15 minutes."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1; 1h well T 38.4"
CASES = """
                                     | when                        | due S | due B
a minute before four hours           | 4h59m well                  | 5h59m | 5h59m
at four hours                        | 5h well                     | 7h    | 7h
a minute after four hours            | 5h1m well                   | 7h1m  | 7h1m
a later fever starts the hours again | 4h well T 38.0; 7h59m well  | 8h59m | 8h59m
four hours after the later fever     | 4h well T 38.0; 8h well     | 10h   | 10h
a value just below does not          | 4h well T 37.99; 5h well    | 7h    | 7h
at night, one hour                   | 12h well T 38.4; 15h well   | 16h   | 16h
at night, two hours                  | 12h well T 38.4; 16h well   | 18h   | 18h
after the window has closed          | 10d well T 38.4; 10d1h well | 10d2h | 10d2h
no temperature, the others go on     | 2h S 97 B 124/76            | 3h    | 3h
an emergency at home                 | 2h well T 39.6              | 2h15m | 2h15m
an emergency at night                | 15h well S 88               | soon  | 15h15m
"""


def test_intervals_in_an_episode(case):
    case.holds()
