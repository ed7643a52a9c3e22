title = "Handwriting"
text = """The written sentence is compared with one kept from before treatment. A changed handwriting is watch whatever
the points; a sentence that could not be written asks for the comparison. The sentences stay on paper."""
source = "engineering default, 2026-11-21, unsigned; the writing item: ASTCT 2019"
given = "0h dose SUD1; 1h well"
CASES = """
                          | when                                             | urgency | icans | says                                                              | silent on
not compared              | 2h ice 10                                        | routine | 0     |                                                                   | handwriting
the same                  | 2h ice 10 same                                   | routine | 0     |                                                                   | handwriting
changed at full points    | 2h ice 10 changed                                | watch   | 0     | handwriting changed from baseline                                 |
changed, then the same    | 2h ice 10 changed; 3h ice 10 same                | routine | 0     |                                                                   | handwriting
stays until the next ICE  | 2h ice 10 changed; 15h well                      | watch   | 0     | handwriting changed                                               |
a sentence not written    | 2h json {"type": "ice", "orientation": 4, "naming": 3, "commands": 1, "writing": 0, "attention": 1} | watch | 1 | no sentence could be written: compare with baseline handwriting | changed
changed never lowers      | 2h ice 6 changed                                 | emergency | 2   | handwriting changed                                               |
"""


def test_handwriting(case):
    case.holds()
