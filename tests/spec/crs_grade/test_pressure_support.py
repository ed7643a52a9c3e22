title = "Pressure support that was given"
text = "Fluids for hypotension are grade 2, one vasopressor 3, two or more 4; vasopressin is not counted beside others and is 3 alone."
source = "ASTCT 2019, Lee et al., doi:10.1016/j.bbmt.2018.12.758"
given = "0h dose SUD1; 1h well T 38.4"
CASES = """
                                | when                                                            | grade | BP axis | certainty | at least
fluids                          | 1h10m support fluids                                            | 2     | 2       | confirmed | no
one vasopressor                 | 1h10m support pressors norepinephrine                           | 3     | 3       | confirmed | no
one, with fluids                | 1h10m support pressors norepinephrine fluids                    | 3     | 3       | confirmed | no
one, with vasopressin           | 1h10m support pressors norepinephrine vasopressin               | 3     | 3       | confirmed | no
vasopressin named among them    | 1h10m support pressors norepinephrine+vasopressin               | 3     | 3       | confirmed | no
vasopressin alone               | 1h10m support vasopressin                                       | 3     | 3       | confirmed | no
vasopressin alone, by name      | 1h10m support pressors vasopressin                              | 3     | 3       | confirmed | no
vasopressin, with fluids        | 1h10m support vasopressin fluids                                | 3     | 3       | confirmed | no
no vasopressor: nothing given   | 1h10m support none                                              | 1     | 0       | confirmed | no
two vasopressors                | 1h10m support pressors norepinephrine+epinephrine               | 4     | 4       | confirmed | no
two, with vasopressin           | 1h10m support pressors norepinephrine+epinephrine+vasopressin   | 4     | 4       | confirmed | no
three vasopressors              | 1h10m support pressors norepinephrine+epinephrine+phenylephrine | 4     | 4       | confirmed | no
the worse of both axes          | 1h10m support pressors norepinephrine O2 ventilator             | 4     | 3       | confirmed | no
decides against a good value    | 1h10m support pressors norepinephrine; 1h20m B 130/80           | 3     | 3       | confirmed | no
decides while pressure is stale | 1h10m support fluids; 6h T 38.4 S 97                            | 2     | 2       | confirmed | no
pressure never measured         | 1h10m support fluids; 1h20m T 38.4                              | 2     | 2       | confirmed | no
oxygen only, pressure inferred  | 1h10m support O2 nasal_cannula 2; 1h20m B 80/50                 | 2     | 2       | suspected | yes
"""


def test_pressure_support(case):
    case.holds()
