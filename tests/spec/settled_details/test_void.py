title = "Void"
text = """A void removes an event from grading from then on and from history on recomputation: what it opened is
gone, what it hid is back."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h #d dose SUD1; 1h well"
CASES = """
                             | when                                                       | urgency | fever | grade | episode
a fever stands               | 2h #a well T 38.4; 2h30m tick                              | urgent  | yes   | 1     | 1
a fever, voided              | 2h #a well T 38.4; 2h30m void a                            | routine | no    | 0     | -
an emergency, voided         | 2h #a well S 80; 2h30m void a                              | routine | no    | 0     | -
a good value, voided         | 2h well T 38.4; 2h20m #a well; 2h30m void a                | urgent  | yes   | 1     | 1
a medicine, voided           | 1h30m #a med acetaminophen; 2h well B 104/70; 2h30m void a | watch   | no    | 0     | -
the dose, voided             | 2h well T 38.4; 2h30m void d                               | urgent  | yes   | 0     | -
support, voided              | 2h well T 38.4; 2h10m #a support O2 cpap; 2h30m void a     | urgent  | yes   | 1     | 1
a symptom, voided            | 2h #a symptom fainting; 2h30m void a                       | routine | no    | 0     | -
an attribution, voided       | 2h well T 38.4; 2h10m #a attribute fever; 2h30m void a     | urgent  | yes   | 1     | 1
the only temperature, voided | 2h #a T 38.4; 2h1m void a                                  | routine | no    | 0     | -
voided, then stale           | 2h #a well T 38.4; 2h30m void a; 6h tick                   | urgent  | -     | -     | -
a doubtful value, voided     | 2h #a well B 80/50 [cuff_loose]; 2h30m void a              | routine | no    | 0     | -
"""


def test_void(case):
    case.holds()
