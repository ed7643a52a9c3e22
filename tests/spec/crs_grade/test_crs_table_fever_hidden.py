title = "The same cells while fever may be hidden"
text = """A drug that hides fever works and no episode is open: treatment for hypotension or hypoxia opens one and is graded;
values alone leave the grade open."""
source = (
    "ASTCT 2019, Lee et al., doi:10.1016/j.bbmt.2018.12.758; what is open: engineering default, 2026-11-21, unsigned"
)
given = "0h dose SUD1; 0h30m med acetaminophen"
CASES = """
                                     | when                                                                          | grade | BP axis | O2 axis | episode | certainty | at least
no hypotension, no hypoxia           | 1h well; 1h10m support none                                                   | 0     | 0       | 0       | -       | none      | no
no hypotension, cannula at 6 L/min   | 1h well; 1h10m support O2 nasal_cannula 6                                     | 2     | 0       | 2       | 1       | confirmed | no
no hypotension, face mask            | 1h well; 1h10m support O2 face_mask 8                                         | 3     | 0       | 3       | 1       | confirmed | no
no hypotension, CPAP                 | 1h well; 1h10m support O2 cpap                                                | 4     | 0       | 4       | 1       | confirmed | no
fluids, no hypoxia                   | 1h well; 1h10m support fluids                                                 | 2     | 2       | 0       | 1       | confirmed | no
fluids, cannula at 6 L/min           | 1h well; 1h10m support fluids O2 nasal_cannula 6                              | 2     | 2       | 2       | 1       | confirmed | no
fluids, face mask                    | 1h well; 1h10m support fluids O2 face_mask 8                                  | 3     | 2       | 3       | 1       | confirmed | no
fluids, CPAP                         | 1h well; 1h10m support fluids O2 cpap                                         | 4     | 2       | 4       | 1       | confirmed | no
one vasopressor, no hypoxia          | 1h well; 1h10m support pressors norepinephrine                                | 3     | 3       | 0       | 1       | confirmed | no
one vasopressor, cannula at 6 L/min  | 1h well; 1h10m support pressors norepinephrine O2 nasal_cannula 6             | 3     | 3       | 2       | 1       | confirmed | no
one vasopressor, face mask           | 1h well; 1h10m support pressors norepinephrine O2 face_mask 8                 | 3     | 3       | 3       | 1       | confirmed | no
one vasopressor, CPAP                | 1h well; 1h10m support pressors norepinephrine O2 cpap                        | 4     | 3       | 4       | 1       | confirmed | no
two vasopressors, no hypoxia         | 1h well; 1h10m support pressors norepinephrine+epinephrine                    | 4     | 4       | 0       | 1       | confirmed | no
two vasopressors, cannula at 6 L/min | 1h well; 1h10m support pressors norepinephrine+epinephrine O2 nasal_cannula 6 | 4     | 4       | 2       | 1       | confirmed | no
two vasopressors, face mask          | 1h well; 1h10m support pressors norepinephrine+epinephrine O2 face_mask 8     | 4     | 4       | 3       | 1       | confirmed | no
two vasopressors, CPAP               | 1h well; 1h10m support pressors norepinephrine+epinephrine O2 cpap            | 4     | 4       | 4       | 1       | confirmed | no
hypotension, nothing given           | 1h well B 80/50                                                               | -     | 2       | 0       | -       | none      | no
hypoxia, nothing given               | 1h well S 88                                                                  | -     | 0       | 2       | -       | none      | no
hypotension and hypoxia              | 1h well B 80/50 S 88                                                          | -     | 2       | 2       | -       | none      | no
"""


def test_every_cell_while_fever_may_be_hidden(case):
    case.holds()
