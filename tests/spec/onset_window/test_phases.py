title = "Phases after one dose"
text = """Before no dose yet; open until the 25th percentile of published onset; peak to the 75th; closing to the
operational close or while up to the 99.5th; then closed. At exactly a boundary the next phase has begun.
A minute after the dose is inside the window."""
source = (
    "onset figures as cited row by row in monitor/data/onset.toml; phases: engineering default, 2026-11-21, unsigned"
)
CASES = """
                               | when                                       | phase   | window dose | urgency
no dose yet                    | drug teclistamab us_weekly; 1h well T 38.4 | before  | -           | urgent
teclistamab, at the dose       | 0h dose SUD1                               | open    | SUD1        | routine
teclistamab, a minute after    | 0h dose SUD1; 0h1m well T 38.4             | open    | SUD1        | urgent
teclistamab, 12 h              | 0h dose SUD1; 12h well T 38.4              | open    | SUD1        | urgent
teclistamab, 14 h              | 0h dose SUD1; 14h well T 38.4              | peak    | SUD1        | urgent
teclistamab, 29 h              | 0h dose SUD1; 29h well T 38.4              | peak    | SUD1        | urgent
teclistamab, 31 h              | 0h dose SUD1; 31h well T 38.4              | closing | SUD1        | urgent
teclistamab, operational close | 0h dose SUD1; 96h well T 38.4              | closing | SUD1        | urgent
teclistamab, 116 h             | 0h dose SUD1; 116h well T 38.4             | closing | SUD1        | urgent
teclistamab, 118 h             | 0h dose SUD1; 118h well T 38.4             | closed  | SUD1        | urgent
elranatamab, 11 h              | drug elranatamab; 0h dose SUD1; 11h well   | open    | SUD1        | routine
elranatamab, 13 h              | drug elranatamab; 0h dose SUD1; 13h well   | peak    | SUD1        | routine
elranatamab, 32 h              | drug elranatamab; 0h dose SUD1; 32h well   | closing | SUD1        | routine
elranatamab, 196 h             | drug elranatamab; 0h dose SUD1; 196h well  | closing | SUD1        | routine
elranatamab, 198 h             | drug elranatamab; 0h dose SUD1; 198h well  | closed  | SUD1        | routine
talquetamab, 19 h              | drug talquetamab; 0h dose SUD1; 19h well   | open    | SUD1        | routine
talquetamab, 21 h              | drug talquetamab; 0h dose SUD1; 21h well   | peak    | SUD1        | routine
talquetamab, 36 h              | drug talquetamab; 0h dose SUD1; 36h well   | closing | SUD1        | routine
talquetamab, 155 h             | drug talquetamab; 0h dose SUD1; 155h well  | closing | SUD1        | routine
glofitamab, 9 h                | drug glofitamab; 0h dose SUD1; 9h well     | open    | SUD1        | routine
glofitamab, 12 h               | drug glofitamab; 0h dose SUD1; 12h well    | peak    | SUD1        | routine
tarlatamab, 6 h                | drug tarlatamab; 0h dose C1D1; 6h well     | open    | C1D1        | routine
tarlatamab, 7 h                | drug tarlatamab; 0h dose C1D1; 7h well     | peak    | C1D1        | routine
tarlatamab, 26 h               | drug tarlatamab; 0h dose C1D1; 26h well    | closing | C1D1        | routine
tarlatamab, 217 h              | drug tarlatamab; 0h dose C1D1; 217h well   | closing | C1D1        | routine
tarlatamab, 219 h              | drug tarlatamab; 0h dose C1D1; 219h well   | closed  | C1D1        | routine
an unknown drug                | drug moonbodymab; 0h dose a; 400h well     | unknown |             | routine
a stale patient                | 0h dose SUD1; 1h well; 14h tick            | peak    | SUD1        | urgent
a patient never measured       | 0h dose SUD1; 14h tick                     | peak    | SUD1        | urgent
"""


def test_phases_after_one_dose(case):
    case.holds()
