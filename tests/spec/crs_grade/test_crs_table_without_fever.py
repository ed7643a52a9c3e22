title = "The same cells without fever"
text = """Without fever, and with no drug that may hide it, no treatment and no value makes CRS: grade 0, whatever is given. The
axes are printed all the same."""
source = "ASTCT 2019, Lee et al., doi:10.1016/j.bbmt.2018.12.758"
given = "0h dose SUD1"
CASES = """
                                     | when                                                                          | grade | BP axis | O2 axis | episode | certainty | at least
no hypotension, no hypoxia           | 1h well; 1h10m support none                                                   | 0     | 0       | 0       | -       | none      | no
no hypotension, cannula at 6 L/min   | 1h well; 1h10m support O2 nasal_cannula 6                                     | 0     | 0       | 2       | -       | none      | no
no hypotension, face mask            | 1h well; 1h10m support O2 face_mask 8                                         | 0     | 0       | 3       | -       | none      | no
no hypotension, CPAP                 | 1h well; 1h10m support O2 cpap                                                | 0     | 0       | 4       | -       | none      | no
fluids, no hypoxia                   | 1h well; 1h10m support fluids                                                 | 0     | 2       | 0       | -       | none      | no
fluids, cannula at 6 L/min           | 1h well; 1h10m support fluids O2 nasal_cannula 6                              | 0     | 2       | 2       | -       | none      | no
fluids, face mask                    | 1h well; 1h10m support fluids O2 face_mask 8                                  | 0     | 2       | 3       | -       | none      | no
fluids, CPAP                         | 1h well; 1h10m support fluids O2 cpap                                         | 0     | 2       | 4       | -       | none      | no
one vasopressor, no hypoxia          | 1h well; 1h10m support pressors norepinephrine                                | 0     | 3       | 0       | -       | none      | no
one vasopressor, cannula at 6 L/min  | 1h well; 1h10m support pressors norepinephrine O2 nasal_cannula 6             | 0     | 3       | 2       | -       | none      | no
one vasopressor, face mask           | 1h well; 1h10m support pressors norepinephrine O2 face_mask 8                 | 0     | 3       | 3       | -       | none      | no
one vasopressor, CPAP                | 1h well; 1h10m support pressors norepinephrine O2 cpap                        | 0     | 3       | 4       | -       | none      | no
two vasopressors, no hypoxia         | 1h well; 1h10m support pressors norepinephrine+epinephrine                    | 0     | 4       | 0       | -       | none      | no
two vasopressors, cannula at 6 L/min | 1h well; 1h10m support pressors norepinephrine+epinephrine O2 nasal_cannula 6 | 0     | 4       | 2       | -       | none      | no
two vasopressors, face mask          | 1h well; 1h10m support pressors norepinephrine+epinephrine O2 face_mask 8     | 0     | 4       | 3       | -       | none      | no
two vasopressors, CPAP               | 1h well; 1h10m support pressors norepinephrine+epinephrine O2 cpap            | 0     | 4       | 4       | -       | none      | no
hypotension, nothing given           | 1h well B 80/50                                                               | 0     | 2       | 0       | -       | none      | no
hypoxia, nothing given               | 1h well S 88                                                                  | 0     | 0       | 2       | -       | none      | no
hypotension and hypoxia              | 1h well B 80/50 S 88                                                          | 0     | 2       | 2       | -       | none      | no
"""


def test_no_cell_without_fever_is_crs(case):
    case.holds()
