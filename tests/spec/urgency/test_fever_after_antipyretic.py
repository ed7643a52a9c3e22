title = "Fever after an antipyretic"
text = """A fever is back when it follows a value below 38.0 that followed an antipyretic, within 6 hours of taking
it: urgent, an emergency with any other urgent value. Still 38.0 or more two hours after an antipyretic is
urgent, and a new page."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1; 1h well T 38.4; 1h10m med acetaminophen"
CASES = """
                                        | when                                                | urgency   | says  | silent on
still febrile a minute before two hours | 3h9m well T 38.2                                    | urgent    |       | still
still febrile two hours after           | 3h10m well T 38.2                                   | urgent    | still |
still febrile, later                    | 3h11m well T 38.0                                   | urgent    | still |
no longer febrile two hours after       | 3h10m well T 37.4                                   | routine   |       | still
temperature missing two hours after     | 3h10m S 97 B 124/76                                 | urgent    |       | still
back                                    | 2h well T 37.4; 3h well T 38.0                      | urgent    | back  |
not quite back                          | 2h well T 37.4; 3h well T 37.99                     | watch     |       | back
back with an urgent value               | 2h well T 37.4; 3h well T 38.0 S 93                 | emergency |       |
back with an urgent pulse               | 2h well T 37.4; 3h well T 38.0 S 97/120 B 160/90    | emergency | back  |
back a minute before six hours          | 2h well T 37.4; 7h9m well T 38.0                    | urgent    | back  |
six hours after                         | 2h well T 37.4; 7h10m well T 38.0                   | urgent    |       | back
six hours after, with an urgent pulse   | 2h well T 37.4; 7h10m well T 38.0 S 97/120 B 160/90 | urgent    |       | back
never gone, so not back                 | 2h well T 38.1; 2h30m well T 38.2                   | urgent    |       | back
"""


def test_a_fever_after_an_antipyretic(case):
    case.holds()
