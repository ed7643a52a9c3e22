title = "NEWS2 by band"
text = "Each measured value adds its points; the rest of the set here scores 0. Without breaths the sum is partial."
source = "Royal College of Physicians 2017, National Early Warning Score 2, chart 1"
given = "0h dose SUD1"
CASES = """
                        | when                          | news2 | complete
all quiet, no breaths   | 1h well                       | 0     | no
never measured          | 1h tick                       | -     | no
stale                   | 1h well; 6h tick              | -     | no
temperature 35.0        | 1h well T 35.0                | 3     | no
temperature 35.1        | 1h well T 35.1                | 1     | no
temperature 36.0        | 1h well T 36.0                | 1     | no
temperature 36.1        | 1h well T 36.1                | 0     | no
temperature 38.0        | 1h well T 38.0                | 0     | no
temperature 38.1        | 1h well T 38.1                | 1     | no
temperature 39.0        | 1h well T 39.0                | 1     | no
temperature 39.1        | 1h well T 39.1                | 2     | no
temperature missing     | 1h S 97/74 B 124/76           | 0     | no
SpO2 91                 | 1h well S 91/74               | 3     | no
SpO2 92                 | 1h well S 92/74               | 2     | no
SpO2 93                 | 1h well S 93/74               | 2     | no
SpO2 94                 | 1h well S 94/74               | 1     | no
SpO2 95                 | 1h well S 95/74               | 1     | no
SpO2 96                 | 1h well S 96/74               | 0     | no
systolic 90             | 1h well B 90/60               | 3     | no
systolic 91             | 1h well B 91/60               | 2     | no
systolic 100            | 1h well B 100/60              | 2     | no
systolic 101            | 1h well B 101/60              | 1     | no
systolic 110            | 1h well B 110/60              | 1     | no
systolic 111            | 1h well B 111/60              | 0     | no
systolic 219            | 1h well B 219/90              | 0     | no
systolic 220            | 1h well B 220/90              | 3     | no
pulse 40                | 1h well S 97/40               | 3     | no
pulse 41                | 1h well S 97/41               | 1     | no
pulse 50                | 1h well S 97/50               | 1     | no
pulse 51                | 1h well S 97/51               | 0     | no
pulse 90                | 1h well S 97/90               | 0     | no
pulse 91                | 1h well S 97/91               | 1     | no
pulse 110               | 1h well S 97/110              | 1     | no
pulse 111               | 1h well S 97/111              | 2     | no
pulse 130               | 1h well S 97/130              | 2     | no
pulse 131               | 1h well S 97/131              | 3     | no
breaths 8               | 1h well R 8                   | 3     | no
breaths 9               | 1h well R 9                   | 1     | no
breaths 11              | 1h well R 11                  | 1     | no
breaths 12              | 1h well R 12                  | 0     | no
breaths 20              | 1h well R 20                  | 0     | no
breaths 21              | 1h well R 21                  | 2     | no
breaths 24              | 1h well R 24                  | 2     | no
breaths 25              | 1h well R 25                  | 3     | no
a doubtful value counts | 1h well B 100/60 [cuff_loose] | 2     | no
"""


def test_news2_by_band(case):
    case.holds()
