title = "Every cell of the CRS table: fever, hypotension, hypoxia"
text = """Fever is grade 1; the worse of the two axes decides above it. A cell that only home values fill is grade 2 at most and
suspected; one that entered treatment decides is confirmed. Grade 5 is death and comes from a clinician alone."""
source = "ASTCT 2019, Lee et al., doi:10.1016/j.bbmt.2018.12.758"
given = "0h dose SUD1"
CASES = """
                                                         | when                                                                                                  | grade | BP axis | O2 axis | certainty | at least
no hypotension, no hypoxia                               | 1h well T 38.4                                                                                        | 1     | 0       | 0       | suspected | yes
no hypotension, hypoxia, nothing given                   | 1h well T 38.4 S 88                                                                                   | 2     | 0       | 2       | suspected | yes
no hypotension, cannula at 6 L/min                       | 1h well T 38.4; 1h10m support O2 nasal_cannula 6                                                      | 2     | 0       | 2       | confirmed | no
no hypotension, blow-by                                  | 1h well T 38.4; 1h10m support O2 blow_by                                                              | 2     | 0       | 2       | confirmed | no
no hypotension, cannula above 6 L/min                    | 1h well T 38.4; 1h10m support O2 nasal_cannula 6.1                                                    | 3     | 0       | 3       | confirmed | no
no hypotension, high-flow cannula                        | 1h well T 38.4; 1h10m support O2 high_flow_cannula 30                                                 | 3     | 0       | 3       | confirmed | no
no hypotension, face mask                                | 1h well T 38.4; 1h10m support O2 face_mask 8                                                          | 3     | 0       | 3       | confirmed | no
no hypotension, Venturi mask                             | 1h well T 38.4; 1h10m support O2 venturi 6                                                            | 3     | 0       | 3       | confirmed | no
no hypotension, non-rebreather                           | 1h well T 38.4; 1h10m support O2 non_rebreather 15                                                    | 3     | 0       | 3       | confirmed | no
no hypotension, CPAP                                     | 1h well T 38.4; 1h10m support O2 cpap                                                                 | 4     | 0       | 4       | confirmed | no
no hypotension, BiPAP                                    | 1h well T 38.4; 1h10m support O2 bipap                                                                | 4     | 0       | 4       | confirmed | no
no hypotension, ventilator                               | 1h well T 38.4; 1h10m support O2 ventilator                                                           | 4     | 0       | 4       | confirmed | no
hypotension, nothing given, no hypoxia                   | 1h well T 38.4 B 80/50                                                                                | 2     | 2       | 0       | suspected | yes
hypotension, nothing given, hypoxia, nothing given       | 1h well T 38.4 S 88 B 80/50                                                                           | 2     | 2       | 2       | suspected | yes
hypotension, nothing given, cannula at 6 L/min           | 1h well T 38.4 B 80/50; 1h10m support O2 nasal_cannula 6                                              | 2     | 2       | 2       | suspected | yes
hypotension, nothing given, blow-by                      | 1h well T 38.4 B 80/50; 1h10m support O2 blow_by                                                      | 2     | 2       | 2       | suspected | yes
hypotension, nothing given, cannula above 6 L/min        | 1h well T 38.4 B 80/50; 1h10m support O2 nasal_cannula 6.1                                            | 3     | 2       | 3       | confirmed | no
hypotension, nothing given, high-flow cannula            | 1h well T 38.4 B 80/50; 1h10m support O2 high_flow_cannula 30                                         | 3     | 2       | 3       | confirmed | no
hypotension, nothing given, face mask                    | 1h well T 38.4 B 80/50; 1h10m support O2 face_mask 8                                                  | 3     | 2       | 3       | confirmed | no
hypotension, nothing given, Venturi mask                 | 1h well T 38.4 B 80/50; 1h10m support O2 venturi 6                                                    | 3     | 2       | 3       | confirmed | no
hypotension, nothing given, non-rebreather               | 1h well T 38.4 B 80/50; 1h10m support O2 non_rebreather 15                                            | 3     | 2       | 3       | confirmed | no
hypotension, nothing given, CPAP                         | 1h well T 38.4 B 80/50; 1h10m support O2 cpap                                                         | 4     | 2       | 4       | confirmed | no
hypotension, nothing given, BiPAP                        | 1h well T 38.4 B 80/50; 1h10m support O2 bipap                                                        | 4     | 2       | 4       | confirmed | no
hypotension, nothing given, ventilator                   | 1h well T 38.4 B 80/50; 1h10m support O2 ventilator                                                   | 4     | 2       | 4       | confirmed | no
fluids, no hypoxia                                       | 1h well T 38.4; 1h10m support fluids                                                                  | 2     | 2       | 0       | confirmed | no
fluids, hypoxia, nothing given                           | 1h well T 38.4 S 88; 1h10m support fluids                                                             | 2     | 2       | 2       | suspected | yes
fluids, cannula at 6 L/min                               | 1h well T 38.4; 1h10m support fluids O2 nasal_cannula 6                                               | 2     | 2       | 2       | confirmed | no
fluids, blow-by                                          | 1h well T 38.4; 1h10m support fluids O2 blow_by                                                       | 2     | 2       | 2       | confirmed | no
fluids, cannula above 6 L/min                            | 1h well T 38.4; 1h10m support fluids O2 nasal_cannula 6.1                                             | 3     | 2       | 3       | confirmed | no
fluids, high-flow cannula                                | 1h well T 38.4; 1h10m support fluids O2 high_flow_cannula 30                                          | 3     | 2       | 3       | confirmed | no
fluids, face mask                                        | 1h well T 38.4; 1h10m support fluids O2 face_mask 8                                                   | 3     | 2       | 3       | confirmed | no
fluids, Venturi mask                                     | 1h well T 38.4; 1h10m support fluids O2 venturi 6                                                     | 3     | 2       | 3       | confirmed | no
fluids, non-rebreather                                   | 1h well T 38.4; 1h10m support fluids O2 non_rebreather 15                                             | 3     | 2       | 3       | confirmed | no
fluids, CPAP                                             | 1h well T 38.4; 1h10m support fluids O2 cpap                                                          | 4     | 2       | 4       | confirmed | no
fluids, BiPAP                                            | 1h well T 38.4; 1h10m support fluids O2 bipap                                                         | 4     | 2       | 4       | confirmed | no
fluids, ventilator                                       | 1h well T 38.4; 1h10m support fluids O2 ventilator                                                    | 4     | 2       | 4       | confirmed | no
one vasopressor, no hypoxia                              | 1h well T 38.4; 1h10m support pressors norepinephrine                                                 | 3     | 3       | 0       | confirmed | no
one vasopressor, hypoxia, nothing given                  | 1h well T 38.4 S 88; 1h10m support pressors norepinephrine                                            | 3     | 3       | 2       | confirmed | no
one vasopressor, cannula at 6 L/min                      | 1h well T 38.4; 1h10m support pressors norepinephrine O2 nasal_cannula 6                              | 3     | 3       | 2       | confirmed | no
one vasopressor, blow-by                                 | 1h well T 38.4; 1h10m support pressors norepinephrine O2 blow_by                                      | 3     | 3       | 2       | confirmed | no
one vasopressor, cannula above 6 L/min                   | 1h well T 38.4; 1h10m support pressors norepinephrine O2 nasal_cannula 6.1                            | 3     | 3       | 3       | confirmed | no
one vasopressor, high-flow cannula                       | 1h well T 38.4; 1h10m support pressors norepinephrine O2 high_flow_cannula 30                         | 3     | 3       | 3       | confirmed | no
one vasopressor, face mask                               | 1h well T 38.4; 1h10m support pressors norepinephrine O2 face_mask 8                                  | 3     | 3       | 3       | confirmed | no
one vasopressor, Venturi mask                            | 1h well T 38.4; 1h10m support pressors norepinephrine O2 venturi 6                                    | 3     | 3       | 3       | confirmed | no
one vasopressor, non-rebreather                          | 1h well T 38.4; 1h10m support pressors norepinephrine O2 non_rebreather 15                            | 3     | 3       | 3       | confirmed | no
one vasopressor, CPAP                                    | 1h well T 38.4; 1h10m support pressors norepinephrine O2 cpap                                         | 4     | 3       | 4       | confirmed | no
one vasopressor, BiPAP                                   | 1h well T 38.4; 1h10m support pressors norepinephrine O2 bipap                                        | 4     | 3       | 4       | confirmed | no
one vasopressor, ventilator                              | 1h well T 38.4; 1h10m support pressors norepinephrine O2 ventilator                                   | 4     | 3       | 4       | confirmed | no
one vasopressor and vasopressin, no hypoxia              | 1h well T 38.4; 1h10m support pressors norepinephrine vasopressin                                     | 3     | 3       | 0       | confirmed | no
one vasopressor and vasopressin, hypoxia, nothing given  | 1h well T 38.4 S 88; 1h10m support pressors norepinephrine vasopressin                                | 3     | 3       | 2       | confirmed | no
one vasopressor and vasopressin, cannula at 6 L/min      | 1h well T 38.4; 1h10m support pressors norepinephrine vasopressin O2 nasal_cannula 6                  | 3     | 3       | 2       | confirmed | no
one vasopressor and vasopressin, blow-by                 | 1h well T 38.4; 1h10m support pressors norepinephrine vasopressin O2 blow_by                          | 3     | 3       | 2       | confirmed | no
one vasopressor and vasopressin, cannula above 6 L/min   | 1h well T 38.4; 1h10m support pressors norepinephrine vasopressin O2 nasal_cannula 6.1                | 3     | 3       | 3       | confirmed | no
one vasopressor and vasopressin, high-flow cannula       | 1h well T 38.4; 1h10m support pressors norepinephrine vasopressin O2 high_flow_cannula 30             | 3     | 3       | 3       | confirmed | no
one vasopressor and vasopressin, face mask               | 1h well T 38.4; 1h10m support pressors norepinephrine vasopressin O2 face_mask 8                      | 3     | 3       | 3       | confirmed | no
one vasopressor and vasopressin, Venturi mask            | 1h well T 38.4; 1h10m support pressors norepinephrine vasopressin O2 venturi 6                        | 3     | 3       | 3       | confirmed | no
one vasopressor and vasopressin, non-rebreather          | 1h well T 38.4; 1h10m support pressors norepinephrine vasopressin O2 non_rebreather 15                | 3     | 3       | 3       | confirmed | no
one vasopressor and vasopressin, CPAP                    | 1h well T 38.4; 1h10m support pressors norepinephrine vasopressin O2 cpap                             | 4     | 3       | 4       | confirmed | no
one vasopressor and vasopressin, BiPAP                   | 1h well T 38.4; 1h10m support pressors norepinephrine vasopressin O2 bipap                            | 4     | 3       | 4       | confirmed | no
one vasopressor and vasopressin, ventilator              | 1h well T 38.4; 1h10m support pressors norepinephrine vasopressin O2 ventilator                       | 4     | 3       | 4       | confirmed | no
vasopressin alone, no hypoxia                            | 1h well T 38.4; 1h10m support vasopressin                                                             | 3     | 3       | 0       | confirmed | no
vasopressin alone, hypoxia, nothing given                | 1h well T 38.4 S 88; 1h10m support vasopressin                                                        | 3     | 3       | 2       | confirmed | no
vasopressin alone, cannula at 6 L/min                    | 1h well T 38.4; 1h10m support vasopressin O2 nasal_cannula 6                                          | 3     | 3       | 2       | confirmed | no
vasopressin alone, blow-by                               | 1h well T 38.4; 1h10m support vasopressin O2 blow_by                                                  | 3     | 3       | 2       | confirmed | no
vasopressin alone, cannula above 6 L/min                 | 1h well T 38.4; 1h10m support vasopressin O2 nasal_cannula 6.1                                        | 3     | 3       | 3       | confirmed | no
vasopressin alone, high-flow cannula                     | 1h well T 38.4; 1h10m support vasopressin O2 high_flow_cannula 30                                     | 3     | 3       | 3       | confirmed | no
vasopressin alone, face mask                             | 1h well T 38.4; 1h10m support vasopressin O2 face_mask 8                                              | 3     | 3       | 3       | confirmed | no
vasopressin alone, Venturi mask                          | 1h well T 38.4; 1h10m support vasopressin O2 venturi 6                                                | 3     | 3       | 3       | confirmed | no
vasopressin alone, non-rebreather                        | 1h well T 38.4; 1h10m support vasopressin O2 non_rebreather 15                                        | 3     | 3       | 3       | confirmed | no
vasopressin alone, CPAP                                  | 1h well T 38.4; 1h10m support vasopressin O2 cpap                                                     | 4     | 3       | 4       | confirmed | no
vasopressin alone, BiPAP                                 | 1h well T 38.4; 1h10m support vasopressin O2 bipap                                                    | 4     | 3       | 4       | confirmed | no
vasopressin alone, ventilator                            | 1h well T 38.4; 1h10m support vasopressin O2 ventilator                                               | 4     | 3       | 4       | confirmed | no
two vasopressors, no hypoxia                             | 1h well T 38.4; 1h10m support pressors norepinephrine+epinephrine                                     | 4     | 4       | 0       | confirmed | no
two vasopressors, hypoxia, nothing given                 | 1h well T 38.4 S 88; 1h10m support pressors norepinephrine+epinephrine                                | 4     | 4       | 2       | confirmed | no
two vasopressors, cannula at 6 L/min                     | 1h well T 38.4; 1h10m support pressors norepinephrine+epinephrine O2 nasal_cannula 6                  | 4     | 4       | 2       | confirmed | no
two vasopressors, blow-by                                | 1h well T 38.4; 1h10m support pressors norepinephrine+epinephrine O2 blow_by                          | 4     | 4       | 2       | confirmed | no
two vasopressors, cannula above 6 L/min                  | 1h well T 38.4; 1h10m support pressors norepinephrine+epinephrine O2 nasal_cannula 6.1                | 4     | 4       | 3       | confirmed | no
two vasopressors, high-flow cannula                      | 1h well T 38.4; 1h10m support pressors norepinephrine+epinephrine O2 high_flow_cannula 30             | 4     | 4       | 3       | confirmed | no
two vasopressors, face mask                              | 1h well T 38.4; 1h10m support pressors norepinephrine+epinephrine O2 face_mask 8                      | 4     | 4       | 3       | confirmed | no
two vasopressors, Venturi mask                           | 1h well T 38.4; 1h10m support pressors norepinephrine+epinephrine O2 venturi 6                        | 4     | 4       | 3       | confirmed | no
two vasopressors, non-rebreather                         | 1h well T 38.4; 1h10m support pressors norepinephrine+epinephrine O2 non_rebreather 15                | 4     | 4       | 3       | confirmed | no
two vasopressors, CPAP                                   | 1h well T 38.4; 1h10m support pressors norepinephrine+epinephrine O2 cpap                             | 4     | 4       | 4       | confirmed | no
two vasopressors, BiPAP                                  | 1h well T 38.4; 1h10m support pressors norepinephrine+epinephrine O2 bipap                            | 4     | 4       | 4       | confirmed | no
two vasopressors, ventilator                             | 1h well T 38.4; 1h10m support pressors norepinephrine+epinephrine O2 ventilator                       | 4     | 4       | 4       | confirmed | no
two vasopressors and vasopressin, no hypoxia             | 1h well T 38.4; 1h10m support pressors norepinephrine+epinephrine vasopressin                         | 4     | 4       | 0       | confirmed | no
two vasopressors and vasopressin, hypoxia, nothing given | 1h well T 38.4 S 88; 1h10m support pressors norepinephrine+epinephrine vasopressin                    | 4     | 4       | 2       | confirmed | no
two vasopressors and vasopressin, cannula at 6 L/min     | 1h well T 38.4; 1h10m support pressors norepinephrine+epinephrine vasopressin O2 nasal_cannula 6      | 4     | 4       | 2       | confirmed | no
two vasopressors and vasopressin, blow-by                | 1h well T 38.4; 1h10m support pressors norepinephrine+epinephrine vasopressin O2 blow_by              | 4     | 4       | 2       | confirmed | no
two vasopressors and vasopressin, cannula above 6 L/min  | 1h well T 38.4; 1h10m support pressors norepinephrine+epinephrine vasopressin O2 nasal_cannula 6.1    | 4     | 4       | 3       | confirmed | no
two vasopressors and vasopressin, high-flow cannula      | 1h well T 38.4; 1h10m support pressors norepinephrine+epinephrine vasopressin O2 high_flow_cannula 30 | 4     | 4       | 3       | confirmed | no
two vasopressors and vasopressin, face mask              | 1h well T 38.4; 1h10m support pressors norepinephrine+epinephrine vasopressin O2 face_mask 8          | 4     | 4       | 3       | confirmed | no
two vasopressors and vasopressin, Venturi mask           | 1h well T 38.4; 1h10m support pressors norepinephrine+epinephrine vasopressin O2 venturi 6            | 4     | 4       | 3       | confirmed | no
two vasopressors and vasopressin, non-rebreather         | 1h well T 38.4; 1h10m support pressors norepinephrine+epinephrine vasopressin O2 non_rebreather 15    | 4     | 4       | 3       | confirmed | no
two vasopressors and vasopressin, CPAP                   | 1h well T 38.4; 1h10m support pressors norepinephrine+epinephrine vasopressin O2 cpap                 | 4     | 4       | 4       | confirmed | no
two vasopressors and vasopressin, BiPAP                  | 1h well T 38.4; 1h10m support pressors norepinephrine+epinephrine vasopressin O2 bipap                | 4     | 4       | 4       | confirmed | no
two vasopressors and vasopressin, ventilator             | 1h well T 38.4; 1h10m support pressors norepinephrine+epinephrine vasopressin O2 ventilator           | 4     | 4       | 4       | confirmed | no
"""


def test_every_cell_of_the_crs_table(case):
    case.holds()
