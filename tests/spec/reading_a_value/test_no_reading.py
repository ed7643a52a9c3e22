title = "No reading"
text = """A value no body can have is no reading: it is asked for again, urgency stays what it was, and the older
value of the group stays. A bad pulse drops only the pulse. Urgency still follows the values that were
read."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1; 1h well"
CASES = """
                                   | when                                 | urgency   | oldest | due T | due S | due B
a full set, all read               | 1h30m well                           | routine   | 0      | 5h30m | 5h30m | 5h30m
temperature 0                      | 1h30m well T 0                       | routine   | 30     | soon  | 5h30m | 5h30m
temperature shown as two dashes    | 1h30m well T --                      | routine   | 30     | soon  | 5h30m | 5h30m
temperature just below 25          | 1h30m well T 24.9                    | routine   | 30     | soon  | 5h30m | 5h30m
temperature just above 45          | 1h30m well T 45.1                    | routine   | 30     | soon  | 5h30m | 5h30m
temperature far above, Fahrenheit  | 1h30m well T 200F                    | routine   | 30     | soon  | 5h30m | 5h30m
SpO2 0                             | 1h30m well S 0                       | routine   | 30     | 5h30m | soon  | 5h30m
SpO2 100                           | 1h30m well S 100                     | routine   | 0      | 5h30m | 5h30m | 5h30m
SpO2 101                           | 1h30m well S 101                     | routine   | 30     | 5h30m | soon  | 5h30m
SpO2 127                           | 1h30m well S 127                     | routine   | 30     | 5h30m | soon  | 5h30m
SpO2 255                           | 1h30m well S 255                     | routine   | 30     | 5h30m | soon  | 5h30m
SpO2 shown as two dashes           | 1h30m well S --                      | routine   | 30     | 5h30m | soon  | 5h30m
perfusion 12.6                     | 1h30m well S 97 pi 12.6              | routine   | 0      | 5h30m | 5h30m | 5h30m
perfusion 127                      | 1h30m well S 97 pi 127               | routine   | 30     | 5h30m | soon  | 5h30m
perfusion 255                      | 1h30m well S 97 pi 255               | routine   | 30     | 5h30m | soon  | 5h30m
perfusion 0                        | 1h30m well S 97 pi 0                 | routine   | 30     | 5h30m | soon  | 5h30m
systolic 0                         | 1h30m well B 0/0                     | routine   | 30     | 5h30m | 5h30m | soon
diastolic 0                        | 1h30m well B 88/0                    | routine   | 30     | 5h30m | 5h30m | soon
systolic 300                       | 1h30m well B 300/90                  | routine   | 0      | 5h30m | 5h30m | 5h30m
systolic 301                       | 1h30m well B 301/90                  | routine   | 30     | 5h30m | 5h30m | soon
diastolic just below systolic      | 1h30m well B 124/123                 | routine   | 0      | 5h30m | 5h30m | 5h30m
diastolic equal to systolic        | 1h30m well B 124/124                 | routine   | 30     | 5h30m | 5h30m | soon
diastolic above systolic           | 1h30m well B 88/120                  | routine   | 30     | 5h30m | 5h30m | soon
pressure shown as two dashes       | 1h30m well B --/--                   | routine   | 30     | 5h30m | 5h30m | soon
breaths 0                          | 1h30m well R 0                       | routine   | 0      | 5h30m | 5h30m | 5h30m
breaths 127                        | 1h30m well R 127                     | routine   | 0      | 5h30m | 5h30m | 5h30m
breaths 255                        | 1h30m well R 255                     | routine   | 0      | 5h30m | 5h30m | 5h30m
oximeter pulse 0 drops the pulse   | 1h30m well S 97/0                    | routine   | 0      | 5h30m | 5h30m | 5h30m
oximeter pulse 255 drops the pulse | 1h30m well S 97/255                  | routine   | 0      | 5h30m | 5h30m | 5h30m
cuff pulse 255 drops the pulse     | 1h30m well B 124/76/255              | routine   | 0      | 5h30m | 5h30m | 5h30m
pulse 254 is a pulse               | 1h30m well S 97/254                  | emergency | 0      |       |       |
other groups still count           | 1h30m well T -- S 91                 | emergency | 30     | soon  |       |
urgency stays what it was          | 1h30m well B 99/60; 1h40m well B 0/0 | urgent    | 10     |       |       | soon
"""


def test_no_reading_changes_nothing_but_asks_again(case):
    case.holds()
