title = "The patient's own baseline"
text = """A temperature within 0.2 C of the patient's own baseline is never watch. Without a baseline the relative
rules are off, and the reasons say so. With a beta blocker a fall of 20 mmHg is urgent."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1"
CASES = """
                                 | when                               | urgency | says     | silent on
baseline 37.4, at 37.5           | baseline T 37.4; 1h well T 37.5    | routine |          | baseline
baseline 37.4, exactly 0.2 above | baseline T 37.4; 1h well T 37.6    | routine |          |
baseline 37.4, a hundredth over  | baseline T 37.4; 1h well T 37.61   | watch   |          |
baseline 37.9, fever stays fever | baseline T 37.9; 1h well T 38.0    | urgent  |          |
no baseline                      | no baseline; 1h well               | routine | baseline |
no baseline, 37.5                | no baseline; 1h well T 37.5        | watch   | baseline |
no baseline, 40 below the usual  | no baseline; 1h well B 102/70      | routine | baseline |
beta blocker, 19 below           | has beta_blocker; 1h well B 105/70 | routine |          |
beta blocker, 20 below           | has beta_blocker; 1h well B 104/70 | urgent  |          |
beta blocker, 21 below           | has beta_blocker; 1h well B 103/70 | urgent  |          |
pressure missing                 | has beta_blocker; 1h T 36.6 S 97   | routine |          |
"""


def test_the_patients_own_baseline(case):
    case.holds()
