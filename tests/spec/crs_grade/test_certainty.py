title = "Certainty and at least"
text = """Confirmed when every axis that decides comes from entered support, or when a clinician's grade equals the
computed one; else suspected. A suspected grade, and one with an axis that is not fresh and that support
does not decide, is at least."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1"
CASES = """
                                     | when                                                             | grade | certainty | at least
inferred                             | 1h well T 38.4                                                   | 1     | suspected | yes
all-none beside fever                | 1h well T 38.4; 1h10m support none                               | 1     | confirmed | no
support decides the worst axis       | 1h well T 38.4; 1h10m support O2 face_mask 8                     | 3     | confirmed | no
the other axis inferred and lower    | 1h well T 38.4 B 80/50; 1h10m support O2 face_mask 8             | 3     | confirmed | no
the other axis inferred and equal    | 1h well T 38.4 B 80/50; 1h10m support O2 nasal_cannula 2         | 2     | suspected | yes
the other axis missing               | 1h T 38.4 S 97; 1h10m support O2 face_mask 8                     | 3     | confirmed | yes
the other axis stale                 | 1h well T 38.4; 1h10m support O2 face_mask 8; 6h T 38.4 S 97     | 3     | confirmed | yes
the axis support decides is stale    | 1h well T 38.4; 1h10m support O2 face_mask 8; 6h T 38.4 B 124/76 | 3     | confirmed | no
grade 0                              | 1h well                                                          | 0     | none      | no
no grade                             | 1h S 97 B 124/76                                                 | -     | none      | no
a clinician agrees                   | 1h well T 38.4; 1h10m crs 1                                      | 1     | confirmed | no
a clinician agrees, pressure missing | 1h T 38.4 S 97; 1h10m crs 1                                      | 1     | confirmed | yes
a clinician differs                  | 1h well T 38.4; 1h10m crs 2                                      | 1     | suspected | yes
doubtful pressure                    | 1h well T 38.4 B 80/50 [cuff_loose]                              | 2     | suspected | yes
"""


def test_certainty(case):
    case.holds()
