title = "Keeping a grade"
text = """In an open, unattributed episode with a required group stale the grade is the greater of the present one
and the last one given while that group was fresh, at least; never from support that has ended. Blind with
a last grade of 0 is null; a group never measured keeps nothing."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1"
CASES = """
                                 | when                                                                             | grade | at least | BP axis | fever | sight
grade 2, a minute before stale   | 1h well T 38.4 B 80/50; 3h4m tick                                                | 2     | yes      | 2       | yes   | seen
grade 2, blind                   | 1h well T 38.4 B 80/50; 3h5m tick                                                | 2     | yes      | -       | -     | blind
grade 2, blind for a day         | 1h well T 38.4 B 80/50; 27h tick                                                 | 2     | yes      | -       | -     | blind
grade 2, then only fever         | 1h well T 38.4 B 80/50; 4h T 38.2                                                | 2     | yes      | -       | yes   | partial
grade 2, then only no fever      | 1h well T 38.4 B 80/50; 4h T 37.0                                                | 2     | yes      | -       | no    | partial
grade 2, then quiet              | 1h well T 38.4 B 80/50; 4h well                                                  | 0     | no       | 0       | no    | seen
grade 1, temperature stale       | 1h well T 38.4; 4h S 97 B 124/76                                                 | 1     | yes      | 0       | -     | partial
grade 0, blind                   | 1h well T 38.4; 2h well; 5h30m tick                                              | -     | no       | -       | -     | blind
support stays while all is stale | 1h well T 38.4; 2h support pressors norepinephrine; 30h tick                     | 3     | yes      | 3       | -     | blind
ended support is not kept        | 1h well T 38.4; 2h support pressors norepinephrine; 2h30m support none; 30h tick | 1     | yes      | -       | -     | blind
never measured keeps nothing     | 1h T 38.4; 2h T 37.0                                                             | 0     | no       | -       | no    | partial
no episode keeps nothing         | 1h well B 80/50; 4h tick                                                         | -     | no       | -       | -     | blind
"""


def test_keeping_a_grade(case):
    case.holds()
