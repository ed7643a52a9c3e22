title = "Fever with any other red"
text = """A fever with another group in its urgent column or worse is an emergency. Pulse and shock index alone are
excepted; symptoms and sight do not count; values urgent only while masked and ICE do."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1"
CASES = """
                                     | when                                             | urgency
fever alone                          | 1h well T 38.0                                   | urgent
SpO2 watch                           | 1h well T 38.0 S 95                              | urgent
SpO2 urgent                          | 1h well T 38.0 S 93                              | emergency
SpO2 urgent, a hundredth below fever | 1h well T 37.99 S 93                             | urgent
SpO2 urgent, fever missing           | 1h S 93 B 124/76                                 | urgent
pressure watch                       | 1h well T 38.0 B 100/70                          | urgent
pressure urgent                      | 1h well T 38.0 B 99/70                           | emergency
breaths watch                        | 1h well T 38.0 R 24                              | urgent
breaths urgent                       | 1h well T 38.0 R 25                              | emergency
ICE watch                            | 1h well T 38.0; 1h1m ice 9                       | urgent
ICE urgent                           | 1h well T 38.0; 1h1m ice 8                       | emergency
pulse urgent                         | 1h well T 38.0 S 97/125 B 160/90                 | urgent
shock index urgent                   | 1h well T 38.0 B 120/80/108                      | urgent
rigors                               | 1h well T 38.0; 1h1m symptom rigors              | urgent
an old red still counts              | 1h well S 93; 2h T 38.0 B 124/76                 | emergency
pressure urgent only while masked    | 0h30m med acetaminophen; 1h well T 38.0 B 104/70 | emergency
the same pressure unmasked           | 1h well T 38.0 B 104/70                          | urgent
two reds without fever               | 1h well S 93 B 99/70                             | urgent
"""


def test_fever_with_another_red_is_an_emergency(case):
    case.holds()
