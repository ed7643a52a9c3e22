title = "Late values"
text = """A value received more than 10 minutes after it was measured counts for urgency if it is the newest of its
group and still fresh, or an emergency value at most 6 hours old with nothing newer of its group.
Otherwise it re- grades the past, may open an episode, is marked late, and leaves the present urgency
alone."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1"
CASES = """
                                   | when                                                      | urgency   | fever | episode | onset | says
newest and fresh                   | 1h rx 3h T 38.4                                           | urgent    | yes   | 1       | 1h    |
something newer of its group       | 2h50m well; 1h rx 3h T 38.4                               | routine   | no    | 1       | 1h    | late
an emergency, something newer      | 2h50m well; 1h rx 3h T 39.6                               | routine   | no    | 1       | 1h    | late
newer only in another group        | 2h50m S 97 B 124/76; 1h rx 3h T 38.4                      | urgent    | yes   | 1       | 1h    |
an emergency just under 6 h old    | 1h rx 6h59m T 39.6                                        | emergency | -     | 1       | 1h    |
an emergency exactly 6 h old       | 1h rx 7h T 39.6                                           | emergency | -     | 1       | 1h    |
an emergency more than 6 h old     | 6h50m S 97 B 124/76; 1h rx 7h1m T 39.6                    | urgent    | -     | 1       | 1h    | late
ten minutes is not late            | 1h rx 1h10m T 38.4                                        | urgent    | yes   | 1       | 1h    |
late and doubtful                  | 1h rx 1h30m B 88/50 [cuff_loose]                          | emergency | -     | -       | -     | doubt
late and no reading                | 1h rx 1h30m T --                                          | routine   | -     | -       | -     |
late SpO2 just below 92            | 1h rx 6h59m S 91.9                                        | emergency | -     | -       | -     |
late SpO2 92                       | 6h50m T 36.6 B 124/76; 1h rx 6h59m S 92                   | urgent    | no    | -       | -     | late
late systolic just below 90        | 1h rx 6h59m B 89.9/60                                     | emergency | -     | -       | -     |
late systolic 90                   | 6h50m T 36.6 S 97; 1h rx 6h59m B 90/60                    | urgent    | no    | -       | -     | late
late mean pressure below 65        | 1h rx 6h59m B 96/49                                       | emergency | -     | -       | -     |
late mean pressure 65              | 6h50m T 36.6 S 97; 1h rx 6h59m B 95/50                    | urgent    | no    | -       | -     | late
late temperature 39.5              | 1h rx 6h59m T 39.5                                        | emergency | -     | 1       | 1h    |
late temperature just below 39.5   | 6h50m S 97 B 124/76; 1h rx 6h59m T 39.49                  | urgent    | -     | 1       | 1h    | late
late breaths 30                    | 6h50m well; 1h rx 6h59m R 30                              | emergency | no    | -       | -     |
late breaths just below 30         | 6h50m well; 1h rx 6h59m R 29.9                            | routine   | no    | -       | -     | late
inside the window, its last minute | 2h T 36.6 B 124/76; 1h rx 5h29m S 92                      | urgent    | no    | -       | -     |
too old for the window's interval  | 2h T 36.6 B 124/76; 1h rx 5h31m S 92                      | watch     | no    | -       | -     | late
as old, outside the window         | 20d well; 20d2h T 36.6 B 124/76; 20d1h rx 20d5h31m S 92   | urgent    | no    | -       | -     |
outside the window, last minute    | 20d well; 20d2h T 36.6 B 124/76; 20d1h rx 20d9h29m S 92   | urgent    | no    | -       | -     |
hourly, two hours and its grace    | 30m well T 38.4; 2h50m B 124/76; 1h rx 3h14m S 92         | emergency | -     | 1       | 30m   |
hourly, too old                    | 30m well T 38.4; 2h50m T 38.4 B 124/76; 1h rx 3h15m S 92  | urgent    | yes   | 1       | 30m   | late
due in the morning, still fresh    | 4d well; 4d11h T 36.6 B 124/76; 4d10h30m rx 4d21h29m S 92 | urgent    | no    | -       | -     |
due in the morning, too old        | 4d well; 4d11h T 36.6 B 124/76; 4d10h30m rx 4d21h30m S 92 | watch     | -     | -       | -     | late
eleven minutes, something newer    | 1h5m well; 1h rx 1h11m T 38.4                             | routine   | no    | 1       | 1h    | late
"""


def test_late_values_count_only_while_they_can_help(case):
    case.holds()
