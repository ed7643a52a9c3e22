title = "Onset, peak and dose"
text = """Onset is the measuring time of the first fever. The peak never falls, the present grade may. An episode
belongs to the dose with the largest hazard share; a later dose does not close an older episode."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1"
CASES = """
                               | when                                                                         | episode | onset | peak | grade | by dose | resolved
no fever                       | 30h well                                                                     | -       | -     | -    | 0     | -       | -
first fever                    | 30h well T 38.4                                                              | 1       | 30h   | 1    | 1     | SUD1    | -
exactly 38.0                   | 30h well T 38.0                                                              | 1       | 30h   | 1    | 1     | SUD1    | -
a hundredth below              | 30h well T 37.99                                                             | -       | -     | -    | 0     | -       | -
received later                 | 30h rx 30h9m T 38.4                                                          | 1       | 30h   | 1    | 1     | SUD1    | -
fever again in it              | 30h well T 38.4; 31h well; 32h well T 38.2                                   | 1       | 30h   | 1    | 1     | SUD1    | -
worse                          | 30h well T 38.4; 31h well T 38.4 B 80/50                                     | 1       | 30h   | 2    | 2     | SUD1    | -
better                         | 30h well T 38.4 B 80/50; 31h well T 38.4                                     | 1       | 30h   | 2    | 1     | SUD1    | -
quiet, not yet resolved        | 30h well T 38.4 B 80/50; 31h well                                            | 1       | 30h   | 2    | 0     | SUD1    | -
treated                        | 30h well T 38.4; 30h10m support O2 cpap; 31h support none; 31h1m well T 38.4 | 1       | 30h   | 4    | 1     | SUD1    | -
a later dose does not close it | 30h well T 38.4; 36h well; 37h dose SUD2; 37h1m well                         | 1       | 30h   | 1    | 0     | SUD1    | -
between two doses              | 66h dose SUD2; 60h well T 38.4                                               | 1       | 60h   | 1    |       | SUD1    | -
with the second                | 72h dose SUD2; 72h well T 38.4                                               | 1       | 72h   | 1    | 1     | SUD2    | -
well after the second          | 72h dose SUD2; 90h well T 38.4                                               | 1       | 90h   | 1    | 1     | SUD2    | -
stale                          | 30h well T 38.4; 40h tick                                                    | 1       | 30h   | 1    | 1     | SUD1    | -
temperature missing            | 30h S 97 B 124/76                                                            | -       | -     | -    | -     | -       | -
doubtful pressure              | 30h well T 38.4 B 80/50 [cuff_loose]                                         | 1       | 30h   | 2    | 2     | SUD1    | -
"""


def test_onset_peak_and_dose(case):
    case.holds()
