title = "What is said now"
text = """First what the grade asks, then other causes and where to be, then what the label treats the grade with, then the
consensus of the International Myeloma Working Group as a second reference."""
source = "labels as cited in monitor/data/drugs; IMWG 2024, Lancet Oncol 25:e205, panels 1 and 2"
CASES = """
                         | when                                                                      | now                                                                                                                                               | not now
well                     | 0h dose mab; 60h well                                                     | ^no sign of cytokine release syndrome in what is fresh$                                                                                           | IMWG
nothing fresh            | 0h dose mab; 60h tick                                                     | ^cannot be graded: measure                                                                                                                        |
grade 1                  | 0h dose SUD1; 60h well T 38.1                                             | ^suspected grade 1.* / IMWG 2024, CRS grade 1: .*tocilizumab may come early.*24 to 48 h$                                                          | label, CRS
grade 2                  | 0h dose SUD1; 60h well T 38.1 B 80/50                                     | ^suspected grade 2 or more.* / IMWG 2024, CRS grade 2: tocilizumab .8 mg/kg, at most 800 mg.                                                      |
grade 3                  | 0h dose SUD1; 60h well T 38.1; 60h support O2 face_mask 8                 | ^grade 3: intensive care level.* / label, CRS grade 3: .* / IMWG 2024, CRS grade 3: intensive care; tocilizumab and dexamethasone 10 mg every 6 h |
grade 4                  | 0h dose SUD1; 60h well T 38.1; 60h support O2 cpap                        | IMWG 2024, CRS grade 4: intensive care; tocilizumab and high-dose steroid                                                                         |
a clinicians worse grade | 0h dose SUD1; 60h well T 38.1; 60h crs 2                                  | ^suspected grade 1.* / IMWG 2024, CRS grade 2                                                                                                     |
another disease          | drug tarlatamab standard; 0h dose step-up dose -; 60h well T 38.1 B 80/50 | label, CRS grade 2: hospital for 24 h.* / IMWG 2024 .for myeloma drugs., CRS grade 2                                                              |
ICANS 1                  | 0h dose SUD1; 60h ice 8                                                   | ICANS suspected: no driving.* / label, ICANS grade 1: .* / IMWG 2024, ICANS grade 1: watch; early dexamethasone at high risk                      |
ICANS 2                  | 0h dose SUD1; 60h ice 5                                                   | label, ICANS grade 2: dexamethasone 10 mg IV every 6 h.* / IMWG 2024, ICANS grade 2: dexamethasone 10 mg every 12 h                               |
ICANS 3                  | 0h dose SUD1; 60h ice 2                                                   | IMWG 2024, ICANS grade 3: intensive care; dexamethasone 10 mg every 6 h                                                                           |
ICANS 4                  | 0h dose SUD1; 60h neuro unarousable                                       | IMWG 2024, ICANS grade 4: intensive care                                                                                                          |
both                     | 0h dose SUD1; 60h well T 38.1; 60h ice 8                                  | ^suspected grade 1.* / ICANS suspected.* / IMWG 2024, CRS grade 1.* / label, ICANS grade 1.* / IMWG 2024, ICANS grade 1                           |
an unknown drug          | drug x; 0h dose SUD1; 60h well T 38.1                                     | IMWG 2024 .for myeloma drugs., CRS grade 1                                                                                                        | label,
"""


def test_what_is_said_now(case):
    case.holds()
