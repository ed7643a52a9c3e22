title = "ICE and neurological findings"
text = """Home ICE 9 is watch; 7 or 8, or two points below the best of 7 days, urgent; 6 or less an emergency.
Consciousness below spontaneous, any seizure, motor weakness or oedema is an emergency."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1; 1h well"
CASES = """
                        | when                              | urgency
ICE 10                  | 1h30m ice 10                      | routine
ICE 9                   | 1h30m ice 9                       | watch
ICE 8                   | 1h30m ice 8                       | urgent
ICE 7                   | 1h30m ice 7                       | urgent
ICE 6                   | 1h30m ice 6                       | emergency
ICE 0                   | 1h30m ice 0                       | emergency
one point down          | 1h30m ice 10; 2h ice 9            | watch
two points down         | 1h30m ice 10; 2h ice 8            | urgent
never asked             | 1h30m tick                        | routine
stale keeps its urgency | 1h30m ice 8; 23h well             | urgent
until a fresh answer    | 1h30m ice 8; 23h well; 23h ice 10 | routine
awake                   | 1h30m neuro spontaneous           | routine
wakes to voice          | 1h30m neuro voice                 | emergency
wakes to touch          | 1h30m neuro tactile               | emergency
cannot be woken         | 1h30m neuro unarousable           | emergency
brief seizure           | 1h30m neuro brief                 | emergency
prolonged seizure       | 1h30m neuro prolonged             | emergency
motor weakness          | 1h30m neuro weakness              | emergency
focal oedema            | 1h30m neuro focal                 | emergency
diffuse oedema          | 1h30m neuro diffuse               | emergency
"""


def test_neurological_answers_by_the_trigger_table(case):
    case.holds()
