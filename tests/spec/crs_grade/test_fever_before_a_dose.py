title = "Fever before the first dose"
text = """Fever before the first dose is grade 0 with a reason and as urgent as any. If it lasts past the dose, the
first febrile value after the dose opens the episode. Fever opens an episode at any time after a first
dose."""
source = "engineering default, 2026-11-21, unsigned"
CASES = """
                                   | when                                                       | grade | fever | urgency | episode | onset | says
no dose, fever                     | 1h well T 38.4                                             | 0     | yes   | urgent  | -       | -     | before
no dose, a hundredth below         | 1h well T 37.99                                            | 0     | no    | watch   | -       | -     |
no dose, exactly 38.0              | 1h well T 38.0                                             | 0     | yes   | urgent  | -       | -     | before
no dose, temperature missing       | 1h S 97 B 124/76                                           | -     | -     | routine | -       | -     |
no dose, temperature stale         | 1h well; 9h30m tick                                        | -     | -     | watch   | -       | -     |
dose after the fever, no new value | 1h well T 38.4; 1h30m dose SUD1; 1h31m tick                |       | yes   | urgent  | -       | -     |
it is explained after the dose     | 1h well T 38.4; 1h30m dose SUD1; 1h31m attribute fever     | 0     | yes   | urgent  | -       | -     |
the same, pressure missing         | 1h T 38.4 S 97; 1h30m dose SUD1; 1h31m attribute fever     | -     | yes   | urgent  | -       | -     | pressure or oxygen not fresh
the same, oximetry missing         | 1h T 38.4 B 124/76; 1h30m dose SUD1; 1h31m attribute fever | -     | yes   | urgent  | -       | -     | pressure or oxygen not fresh
pressure missing, not explained    | 1h T 38.4 S 97; 1h30m dose SUD1; 1h31m tick                | 0     | yes   | urgent  | -       | -     |
dose after the fever, it lasts     | 1h well T 38.4; 1h30m dose SUD1; 2h well T 38.3            | 1     | yes   | urgent  | 1       | 2h    |
dose after the fever, it is gone   | 1h well T 38.4; 1h30m dose SUD1; 2h well                   | 0     | no    | routine | -       | -     |
minute 0 after the dose            | 1h dose SUD1; 1h well T 38.4                               | 1     | yes   | urgent  | 1       | 1h    |
long after the window              | 0h dose SUD1; 20d well T 38.4                              | 1     | yes   | urgent  | 1       | 20d   |
an unknown drug                    | drug x; 0h dose a; 1h well T 38.4                          | 1     | yes   | urgent  | 1       | 1h    |
"""


def test_fever_before_the_first_dose(case):
    case.holds()
