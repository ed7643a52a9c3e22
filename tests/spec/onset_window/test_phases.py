title = "Phases after one dose"
text = """Before no dose yet; open until the 25th percentile of published onset; peak to the 75th; closing to the
operational close or while up to the 99.5th; then closed. At exactly a boundary the next phase has begun.
A minute after the dose is inside the window. The same limits for every drug with figures of its own."""
source = (
    "onset figures as cited row by row in monitor/data/onset.toml; phases: engineering default, 2026-11-21, unsigned"
)
CASES = """
                                                   | when                                                             | phase   | window dose | urgency
no dose yet                                        | drug teclistamab us_weekly; 1h well T 38.4                       | before  | -           | urgent
at the dose                                        | 0h dose SUD1                                                     | open    | SUD1        | routine
a minute after the dose                            | 0h dose SUD1; 0h1m well T 38.4                                   | open    | SUD1        | urgent
teclistamab, a minute before its 25th percentile   | drug teclistamab us_weekly; 0h dose SUD1; 12h59m well T 36.8     | open    | SUD1        | routine
teclistamab, exactly at its 25th percentile        | drug teclistamab us_weekly; 0h dose SUD1; 13h well T 36.8        | peak    | SUD1        | routine
teclistamab, a minute after its 25th percentile    | drug teclistamab us_weekly; 0h dose SUD1; 13h1m well T 36.8      | peak    | SUD1        | routine
teclistamab, a minute before its 75th percentile   | drug teclistamab us_weekly; 0h dose SUD1; 29h59m well T 36.8     | peak    | SUD1        | routine
teclistamab, exactly at its 75th percentile        | drug teclistamab us_weekly; 0h dose SUD1; 30h well T 36.8        | closing | SUD1        | routine
teclistamab, a minute after its 75th percentile    | drug teclistamab us_weekly; 0h dose SUD1; 30h1m well T 36.8      | closing | SUD1        | routine
teclistamab, a minute before its close             | drug teclistamab us_weekly; 0h dose SUD1; 116h59m well T 36.8    | closing | SUD1        | routine
teclistamab, exactly at its close                  | drug teclistamab us_weekly; 0h dose SUD1; 117h well T 36.8       | closed  | SUD1        | routine
teclistamab, a minute after its close              | drug teclistamab us_weekly; 0h dose SUD1; 117h1m well T 36.8     | closed  | SUD1        | routine
elranatamab, a minute before its 25th percentile   | drug elranatamab us; 0h dose SUD1; 11h59m well T 36.8            | open    | SUD1        | routine
elranatamab, exactly at its 25th percentile        | drug elranatamab us; 0h dose SUD1; 12h well T 36.8               | peak    | SUD1        | routine
elranatamab, a minute after its 25th percentile    | drug elranatamab us; 0h dose SUD1; 12h1m well T 36.8             | peak    | SUD1        | routine
elranatamab, a minute before its 75th percentile   | drug elranatamab us; 0h dose SUD1; 31h59m well T 36.8            | peak    | SUD1        | routine
elranatamab, exactly at its 75th percentile        | drug elranatamab us; 0h dose SUD1; 32h well T 36.8               | closing | SUD1        | routine
elranatamab, a minute after its 75th percentile    | drug elranatamab us; 0h dose SUD1; 32h1m well T 36.8             | closing | SUD1        | routine
elranatamab, a minute before its close             | drug elranatamab us; 0h dose SUD1; 196h59m well T 36.8           | closing | SUD1        | routine
elranatamab, exactly at its close                  | drug elranatamab us; 0h dose SUD1; 197h well T 36.8              | closed  | SUD1        | routine
elranatamab, a minute after its close              | drug elranatamab us; 0h dose SUD1; 197h1m well T 36.8            | closed  | SUD1        | routine
talquetamab, a minute before its 25th percentile   | drug talquetamab weekly; 0h dose SUD1; 19h59m well T 36.8        | open    | SUD1        | routine
talquetamab, exactly at its 25th percentile        | drug talquetamab weekly; 0h dose SUD1; 20h well T 36.8           | peak    | SUD1        | routine
talquetamab, a minute after its 25th percentile    | drug talquetamab weekly; 0h dose SUD1; 20h1m well T 36.8         | peak    | SUD1        | routine
talquetamab, a minute before its 75th percentile   | drug talquetamab weekly; 0h dose SUD1; 34h59m well T 36.8        | peak    | SUD1        | routine
talquetamab, exactly at its 75th percentile        | drug talquetamab weekly; 0h dose SUD1; 35h well T 36.8           | closing | SUD1        | routine
talquetamab, a minute after its 75th percentile    | drug talquetamab weekly; 0h dose SUD1; 35h1m well T 36.8         | closing | SUD1        | routine
talquetamab, a minute before its close             | drug talquetamab weekly; 0h dose SUD1; 155h59m well T 36.8       | closing | SUD1        | routine
talquetamab, exactly at its close                  | drug talquetamab weekly; 0h dose SUD1; 156h well T 36.8          | closed  | SUD1        | routine
talquetamab, a minute after its close              | drug talquetamab weekly; 0h dose SUD1; 156h1m well T 36.8        | closed  | SUD1        | routine
linvoseltamab, a minute before its 25th percentile | drug linvoseltamab us; 0h dose SUD1; 5h11m well T 36.8           | open    | SUD1        | routine
linvoseltamab, exactly at its 25th percentile      | drug linvoseltamab us; 0h dose SUD1; 5h12m well T 36.8           | peak    | SUD1        | routine
linvoseltamab, a minute after its 25th percentile  | drug linvoseltamab us; 0h dose SUD1; 5h13m well T 36.8           | peak    | SUD1        | routine
linvoseltamab, a minute before its 75th percentile | drug linvoseltamab us; 0h dose SUD1; 29h59m well T 36.8          | peak    | SUD1        | routine
linvoseltamab, exactly at its 75th percentile      | drug linvoseltamab us; 0h dose SUD1; 30h well T 36.8             | closing | SUD1        | routine
linvoseltamab, a minute after its 75th percentile  | drug linvoseltamab us; 0h dose SUD1; 30h1m well T 36.8           | closing | SUD1        | routine
linvoseltamab, a minute before its close           | drug linvoseltamab us; 0h dose SUD1; 335h59m well T 36.8         | closing | SUD1        | routine
linvoseltamab, exactly at its close                | drug linvoseltamab us; 0h dose SUD1; 336h well T 36.8            | closed  | SUD1        | routine
linvoseltamab, a minute after its close            | drug linvoseltamab us; 0h dose SUD1; 336h1m well T 36.8          | closed  | SUD1        | routine
epcoritamab, a minute before its 25th percentile   | drug epcoritamab dlbcl_2step; 0h dose C1D15; 8h53m well T 36.8   | open    | C1D15       | routine
epcoritamab, exactly at its 25th percentile        | drug epcoritamab dlbcl_2step; 0h dose C1D15; 8h54m well T 36.8   | peak    | C1D15       | routine
epcoritamab, a minute after its 25th percentile    | drug epcoritamab dlbcl_2step; 0h dose C1D15; 8h55m well T 36.8   | peak    | C1D15       | routine
epcoritamab, a minute before its 75th percentile   | drug epcoritamab dlbcl_2step; 0h dose C1D15; 37h59m well T 36.8  | peak    | C1D15       | routine
epcoritamab, exactly at its 75th percentile        | drug epcoritamab dlbcl_2step; 0h dose C1D15; 38h well T 36.8     | closing | C1D15       | routine
epcoritamab, a minute after its 75th percentile    | drug epcoritamab dlbcl_2step; 0h dose C1D15; 38h1m well T 36.8   | closing | C1D15       | routine
epcoritamab, a minute before its close             | drug epcoritamab dlbcl_2step; 0h dose C1D15; 335h59m well T 36.8 | closing | C1D15       | routine
epcoritamab, exactly at its close                  | drug epcoritamab dlbcl_2step; 0h dose C1D15; 336h well T 36.8    | closed  | C1D15       | routine
epcoritamab, a minute after its close              | drug epcoritamab dlbcl_2step; 0h dose C1D15; 336h1m well T 36.8  | closed  | C1D15       | routine
glofitamab, a minute before its 25th percentile    | drug glofitamab standard; 0h dose SUD1; 9h59m well T 36.8        | open    | SUD1        | routine
glofitamab, exactly at its 25th percentile         | drug glofitamab standard; 0h dose SUD1; 10h well T 36.8          | peak    | SUD1        | routine
glofitamab, a minute after its 25th percentile     | drug glofitamab standard; 0h dose SUD1; 10h1m well T 36.8        | peak    | SUD1        | routine
glofitamab, a minute before its 75th percentile    | drug glofitamab standard; 0h dose SUD1; 18h59m well T 36.8       | peak    | SUD1        | routine
glofitamab, exactly at its 75th percentile         | drug glofitamab standard; 0h dose SUD1; 19h well T 36.8          | closing | SUD1        | routine
glofitamab, a minute after its 75th percentile     | drug glofitamab standard; 0h dose SUD1; 19h1m well T 36.8        | closing | SUD1        | routine
glofitamab, a minute before its close              | drug glofitamab standard; 0h dose SUD1; 59h59m well T 36.8       | closing | SUD1        | routine
glofitamab, exactly at its close                   | drug glofitamab standard; 0h dose SUD1; 60h well T 36.8          | closed  | SUD1        | routine
glofitamab, a minute after its close               | drug glofitamab standard; 0h dose SUD1; 60h1m well T 36.8        | closed  | SUD1        | routine
mosunetuzumab, a minute before its 25th percentile | drug mosunetuzumab iv; 0h dose C1D1; 2h47m well T 36.8           | open    | C1D1        | routine
mosunetuzumab, exactly at its 25th percentile      | drug mosunetuzumab iv; 0h dose C1D1; 2h48m well T 36.8           | peak    | C1D1        | routine
mosunetuzumab, a minute after its 25th percentile  | drug mosunetuzumab iv; 0h dose C1D1; 2h49m well T 36.8           | peak    | C1D1        | routine
mosunetuzumab, a minute before its 75th percentile | drug mosunetuzumab iv; 0h dose C1D1; 9h41m well T 36.8           | peak    | C1D1        | routine
mosunetuzumab, exactly at its 75th percentile      | drug mosunetuzumab iv; 0h dose C1D1; 9h42m well T 36.8           | closing | C1D1        | routine
mosunetuzumab, a minute after its 75th percentile  | drug mosunetuzumab iv; 0h dose C1D1; 9h43m well T 36.8           | closing | C1D1        | routine
mosunetuzumab, a minute before its close           | drug mosunetuzumab iv; 0h dose C1D1; 89h59m well T 36.8          | closing | C1D1        | routine
mosunetuzumab, exactly at its close                | drug mosunetuzumab iv; 0h dose C1D1; 90h well T 36.8             | closed  | C1D1        | routine
mosunetuzumab, a minute after its close            | drug mosunetuzumab iv; 0h dose C1D1; 90h1m well T 36.8           | closed  | C1D1        | routine
tarlatamab, a minute before its 25th percentile    | drug tarlatamab standard; 0h dose C1D1; 6h41m well T 36.8        | open    | C1D1        | routine
tarlatamab, exactly at its 25th percentile         | drug tarlatamab standard; 0h dose C1D1; 6h42m well T 36.8        | peak    | C1D1        | routine
tarlatamab, a minute after its 25th percentile     | drug tarlatamab standard; 0h dose C1D1; 6h43m well T 36.8        | peak    | C1D1        | routine
tarlatamab, a minute before its 75th percentile    | drug tarlatamab standard; 0h dose C1D1; 34h59m well T 36.8       | peak    | C1D1        | routine
tarlatamab, exactly at its 75th percentile         | drug tarlatamab standard; 0h dose C1D1; 35h well T 36.8          | closing | C1D1        | routine
tarlatamab, a minute after its 75th percentile     | drug tarlatamab standard; 0h dose C1D1; 35h1m well T 36.8        | closing | C1D1        | routine
tarlatamab, a minute before its close              | drug tarlatamab standard; 0h dose C1D1; 335h59m well T 36.8      | closing | C1D1        | routine
tarlatamab, exactly at its close                   | drug tarlatamab standard; 0h dose C1D1; 336h well T 36.8         | closed  | C1D1        | routine
tarlatamab, a minute after its close               | drug tarlatamab standard; 0h dose C1D1; 336h1m well T 36.8       | closed  | C1D1        | routine
blinatumomab, a minute before its 25th percentile  | drug blinatumomab rr_ge45kg; 0h dose C1D1; 12h59m well T 36.8    | open    | C1D1        | routine
blinatumomab, exactly at its 25th percentile       | drug blinatumomab rr_ge45kg; 0h dose C1D1; 13h well T 36.8       | peak    | C1D1        | routine
blinatumomab, a minute after its 25th percentile   | drug blinatumomab rr_ge45kg; 0h dose C1D1; 13h1m well T 36.8     | peak    | C1D1        | routine
blinatumomab, a minute before its 75th percentile  | drug blinatumomab rr_ge45kg; 0h dose C1D1; 32h59m well T 36.8    | peak    | C1D1        | routine
blinatumomab, exactly at its 75th percentile       | drug blinatumomab rr_ge45kg; 0h dose C1D1; 33h well T 36.8       | closing | C1D1        | routine
blinatumomab, a minute after its 75th percentile   | drug blinatumomab rr_ge45kg; 0h dose C1D1; 33h1m well T 36.8     | closing | C1D1        | routine
blinatumomab, a minute before its close            | drug blinatumomab rr_ge45kg; 0h dose C1D1; 304h59m well T 36.8   | closing | C1D1        | routine
blinatumomab, exactly at its close                 | drug blinatumomab rr_ge45kg; 0h dose C1D1; 305h well T 36.8      | closed  | C1D1        | routine
blinatumomab, a minute after its close             | drug blinatumomab rr_ge45kg; 0h dose C1D1; 305h1m well T 36.8    | closed  | C1D1        | routine
an unknown drug                                    | drug moonbodymab; 0h dose a; 400h well                           | unknown |             | routine
a stale patient                                    | 0h dose SUD1; 1h well; 14h tick                                  | peak    | SUD1        | urgent
a patient never measured                           | 0h dose SUD1; 14h tick                                           | peak    | SUD1        | urgent
"""


def test_phases_after_one_dose(case):
    case.holds()
