title = "The next dose"
text = """Reference from the label, never an order. An open episode withholds the next dose; permanently
discontinued is allowed false; without a rule the answer is null and the pharmacist is asked."""
source = "labels and reviews as cited row by row in monitor/data/drugs"
given = "0h dose SUD1"
CASES = """
                              | when                                                                                                                  | allowed | earliest | actions                                             | not actions
no episode                    | 1h well                                                                                                               | -       | -        | proceed                                             | ask_pharmacist withhold_until_resolved
open episode, grade 1         | 30h well T 38.4                                                                                                       | no      | -        | withhold_until_resolved premedicate                 | proceed discontinue_permanently
a hundredth below fever       | 30h well T 37.99                                                                                                      | -       | -        | proceed                                             | withhold_until_resolved
open episode, grade 2         | 30h well T 38.4 B 80/50                                                                                               | no      | -        | withhold_until_resolved premedicate hospitalize_48h | proceed discontinue_permanently
open episode, grade 3         | 30h well T 38.4; 30h support O2 face_mask 8                                                                           | no      | -        | withhold_until_resolved                             | proceed
open episode, grade 4         | 30h well T 38.4; 30h support O2 cpap                                                                                  | no      | -        | discontinue_permanently                             | proceed
open, quiet                   | 30h well T 38.4; 31h well                                                                                             | no      | -        | withhold_until_resolved                             | proceed
open, stale                   | 30h well T 38.4; 50h tick                                                                                             | no      | -        | withhold_until_resolved                             | proceed
peak 4, resolved              | 30h well T 38.4; 30h support O2 cpap; 31h support none; 31h crs 0                                                     | no      | -        | discontinue_permanently                             | proceed
second episode of grade 3     | 30h well T 38.4; 30h support O2 face_mask 8; 31h support none; 31h crs 0; 60h well T 38.4; 60h support O2 face_mask 8 | no      | -        | discontinue_permanently                             | proceed
an unknown drug               | drug x; 1h well                                                                                                       | -       | -        | ask_pharmacist                                      | proceed
an unknown drug, open episode | drug x; 30h well T 38.4                                                                                               | no      | -        | withhold_until_resolved                             | proceed
elranatamab, grade 3          | drug elranatamab; 30h well T 38.4; 30h support O2 face_mask 8                                                         | no      | -        | withhold_until_resolved premedicate hospitalize_48h | proceed
elranatamab, grade 4          | drug elranatamab; 30h well T 38.4; 30h support O2 cpap                                                                | no      | -        | discontinue_permanently                             | proceed
never measured                | 1h tick                                                                                                               | -       | -        | proceed                                             |
temperature missing           | 1h S 97 B 124/76                                                                                                      | -       | -        | proceed                                             |
CRS over, ICANS later         | 30h well T 38.4; 31h ice 8; 32h crs 0; 40h ice 10; 41h tick                                                           | yes     | 40h      | withhold_until_resolved premedicate                 |
ICANS over, CRS later         | 30h well T 38.4; 31h ice 8; 32h ice 10; 40h crs 0; 41h tick                                                           | yes     | 40h      | withhold_until_resolved premedicate                 |
CRS over, ICANS goes on       | 30h well T 38.4; 31h ice 8; 32h crs 0; 41h tick                                                                       | no      | -        | withhold_until_resolved premedicate                 |
ICANS over, CRS goes on       | 30h well T 38.4; 31h ice 8; 32h ice 10; 41h tick                                                                      | no      | -        | withhold_until_resolved premedicate                 |
grade 3 just under 48 h       | 30h well T 38.4; 30h support O2 face_mask 8; 77h59m tick                                                              | no      | -        | withhold_until_resolved hospitalize_48h             | discontinue_permanently
grade 3 for 48 h              | 30h well T 38.4; 30h support O2 face_mask 8; 78h tick                                                                 | no      | -        | discontinue_permanently                             | proceed
grade 3 just over 48 h        | 30h well T 38.4; 30h support O2 face_mask 8; 78h1m tick                                                               | no      | -        | discontinue_permanently                             | proceed
grade 2 for days              | 30h well T 38.4; 30h support O2 blow_by; 100h tick                                                                    | no      | -        | withhold_until_resolved                             | discontinue_permanently
glofitamab, first grade 2     | drug glofitamab; 30h well T 38.4 B 80/50                                                                              | no      | -        | withhold_until_resolved consider_hospitalization    | hos
glofitamab, second grade 2    | drug glofitamab; 30h well T 38.4 B 80/50; 31h crs 0; 60h well T 38.4 B 80/50                                          | no      | -        | withhold_until_resolved hospitalize_24h             | con
"""


def test_the_next_dose(case):
    case.holds()
