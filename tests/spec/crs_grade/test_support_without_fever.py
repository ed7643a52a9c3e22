title = "Support without fever"
text = """Without fever and unmasked, support opens no episode: grade 0, or null when the temperature is not fresh,
and the reasons say so. Masked, it opens one."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1"
CASES = """
                         | when                                                                 | grade | episode | onset | BP axis | says                  | silent on
vasopressor, no fever    | 1h well; 2h support pressors norepinephrine                          | 0     | -       | -     | 3       | support without fever |
oxygen, no fever         | 1h well; 2h support O2 face_mask 8                                   | 0     | -       | -     | 0       | support without fever |
temperature missing      | 1h S 97 B 124/76; 2h support pressors norepinephrine                 | -     | -       | -     | 3       |                       |
temperature stale        | 1h well; 5h30m support pressors norepinephrine                       | -     | -       | -     | 3       |                       |
then fever               | 1h well; 2h support pressors norepinephrine; 3h well T 38.0          | 3     | 1       | 3h    | 3       |                       |
a hundredth below fever  | 1h well; 2h support pressors norepinephrine; 3h well T 37.99         | 0     | -       | -     | 3       | support without fever |
masked only afterwards   | 1h well; 2h support O2 face_mask 8; 3h med acetaminophen; 4h well    | 0     | -       | -     | 0       | no sign               |
masked                   | 0h30m med acetaminophen; 1h well; 2h support pressors norepinephrine | 3     | 1       | 2h    | 3       |                       |
nothing is given         | 1h well; 2h support none                                             | 0     | -       | -     | 0       |                       | support without fever
low oxygen, no support   | 1h well S 88                                                         | 0     | -       | -     | 0       |                       | support without fever
low pressure, no support | 1h well B 80/50                                                      | 0     | -       | -     | 2       |                       | support without fever
"""


def test_support_without_fever(case):
    case.holds()
