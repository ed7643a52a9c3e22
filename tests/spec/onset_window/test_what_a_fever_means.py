title = "What a fever would mean, and what is left without one"
text = """The hazard of onset over the doses of 14 days against a background of 0.012 other fevers per day, in percent; and
the probability that CRS is still to come after the temperatures taken so far. A dash is not known. `saline` stands for
premedication that was recorded and hides no fever."""
source = (
    "rates as cited in the catalogue, onset figures in monitor/data/onset_sources.toml; the weighing: "
    "engineering default, 2026-11-21, unsigned"
)
CASES = """
                                                | when                                                                                                                                | fever means CRS % | CRS still to come %
teclistamab, at the dose                        | 0h dose SUD1; 0h1m med saline                                                                                                       | 97                | 42
teclistamab, 6 h                                | 0h dose SUD1; 0h1m med saline; 6h well                                                                                              | 97                | 41
teclistamab, 24 h                               | 0h dose SUD1; 0h1m med saline; 24h well                                                                                             | 96                | 21
teclistamab, 48 h                               | 0h dose SUD1; 0h1m med saline; 48h well                                                                                             | 86                | 7
teclistamab, 72 h                               | 0h dose SUD1; 0h1m med saline; 72h well                                                                                             | 62                | 3
teclistamab, 120 h                              | 0h dose SUD1; 0h1m med saline; 120h well                                                                                            | 22                | 1
talquetamab, 24 h                               | drug talquetamab weekly; 0h dose SUD1; 0h1m med saline; 24h well                                                                    | 96                | 20
elranatamab, 24 h                               | drug elranatamab us; 0h dose SUD1; 0h1m med saline; 24h well                                                                        | 96                | 22
glofitamab, 2.5 h, before the published minimum | drug glofitamab standard; 0h dose SUD1; 0h1m med saline; 2h30m well                                                                 | 99                | 56
glofitamab, 24 h                                | drug glofitamab standard; 0h dose SUD1; 0h1m med saline; 24h well                                                                   | 97                | 16
glofitamab, obinutuzumab brings none            | drug glofitamab standard; 0h dose obinutuzumab -; 24h well                                                                          | -                 | -
glofitamab a week after it                      | drug glofitamab standard; 0h dose obinutuzumab -; 0h1m med saline; 7d dose SUD1; 8d well                                            | 97                | 16
tarlatamab, 24 h                                | drug tarlatamab standard; 0h dose C1D1; 0h1m med saline; 24h well                                                                   | 93                | 20
mosunetuzumab, first dose, 24 h                 | drug mosunetuzumab iv; 0h dose C1D1; 0h1m med saline; 24h well                                                                      | 61                | 1
mosunetuzumab, third dose, 24 h                 | drug mosunetuzumab iv; 0h dose C1D15; 0h1m med saline; 24h well                                                                     | 91                | 19
a later dose with a low rate                    | drug elranatamab us; 0h dose C1D8; 0h1m med saline; 24h well                                                                        | 75                | 3
two doses add up                                | 0h dose SUD1; 0h1m med saline; 72h dose SUD2; 84h well                                                                              | 97                | 31
the second alone                                | 0h dose SUD2 0.3 mg/kg; 0h1m med saline; 12h well                                                                                   | 97                | 30
13 days after                                   | 0h dose SUD1; 0h1m med saline; 312h well                                                                                            | 8                 | 0
14 days after, nothing is said                  | 0h dose SUD1; 0h1m med saline; 336h well                                                                                            | -                 | -
no dose yet                                     | 1h well                                                                                                                             | -                 | -
a dose of no step known                         | 0h dose x 77 mg; 24h well                                                                                                           | -                 | -
one of two doses without a rate                 | 0h dose SUD1; 72h dose x 77 mg; 84h well                                                                                            | -                 | -
a drug without figures of its own               | drug odronextamab eu_fl; 0h dose SUD1a; 24h well                                                                                    | -                 | -
an unknown drug                                 | drug moonbodymab; 0h dose a; 24h well                                                                                               | -                 | -
no temperature yet, nothing was seen            | 0h dose SUD1; 0h1m med saline; 48h S 97 B 124/76                                                                                    | 86                | 42
silence is no evidence                          | 0h dose SUD1; 0h1m med saline; 24h well; 48h tick                                                                                   | 86                | 21
masked since the dose, more is left             | 0h dose SUD1; 0h1m med dexamethasone; 48h well                                                                                      | 86                | 21
nobody recorded whether masked                  | 0h dose SUD1; 48h well                                                                                                              | 86                | 21
a fever: nothing left is printed                | 0h dose SUD1; 0h1m med saline; 24h well T 38.4                                                                                      | 96                | -
resolved: the next dose is counted anew         | 0h dose SUD1; 0h1m med saline; 24h well T 38.4; 25h well; 32h well; 40h well; 48h well; 49h well; 50h well; 72h dose SUD2; 73h well | 97                | 35
"""


def test_what_a_fever_would_mean(case):
    case.holds()
