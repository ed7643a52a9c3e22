title = "Support is a state"
text = """Support is the complete state until the next entry. It never expires; after 8 hours the reasons say that
it was not re-confirmed. All-none ends it and only confirms that nothing is given."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1; 1h well T 38.4"
CASES = """
                                     | when                                                                      | grade | certainty | BP axis | O2 axis | says             | silent on
after 7 h 59 min                     | 2h support fluids; 9h59m well T 38.4                                      | 2     | confirmed | 2       | 0       |                  | not re-confirmed
after 8 h                            | 2h support fluids; 10h well T 38.4                                        | 2     | confirmed | 2       | 0       | not re-confirmed |
after 8 h 1 min                      | 2h support fluids; 10h1m well T 38.4                                      | 2     | confirmed | 2       | 0       | not re-confirmed |
after three days                     | 2h support pressors norepinephrine; 74h well T 38.4                       | 3     | confirmed | 3       | 0       | not re-confirmed |
the next entry replaces all          | 2h support pressors norepinephrine; 3h support O2 blow_by; 3h well T 38.4 | 2     | confirmed | 0       | 2       |                  |
all-none ends it                     | 2h support fluids; 3h support none; 3h1m well T 38.4                      | 1     | confirmed | 0       | 0       |                  |
all-none, home values infer          | 2h support none; 3h well T 38.4 B 80/50                                   | 2     | suspected | 2       | 0       |                  |
all-none 7 h 59 min old confirms 1   | 2h support none; 9h59m well T 38.4                                        | 1     | confirmed | 0       | 0       |                  |
all-none 8 h old confirms 1          | 2h support none; 10h well T 38.4                                          | 1     | confirmed | 0       | 0       |                  |
all-none 8 h 1 min old does not      | 2h support none; 10h1m well T 38.4                                        | 1     | suspected | 0       | 0       |                  |
never entered                        | 3h well T 38.4                                                            | 1     | suspected | 0       | 0       |                  | not re-confirmed
pressure stale under oxygen          | 2h support O2 face_mask 8; 6h T 38.4 S 97                                 | 3     | confirmed | -       | 3       |                  |
fluids, then oxygen stays over night | 2h support fluids O2 nasal_cannula 8; 26h well T 38.4                     | 3     | confirmed | 2       | 3       | not re-confirmed |
"""


def test_support_is_a_state(case):
    case.holds()
