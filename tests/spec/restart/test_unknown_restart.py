title = "Where no table was found"
text = """What is given when the dose after this one is late. Days are calendar days where the patient lives; the bounds are tried
in the last minute before, at midnight, and a minute later.
Nothing is filled in: beyond the planned day the answer is to ask. Without a planned day the last interval counts, else
28 days."""
source = "drugs whose delay table could not be read; 28 days: IMWG 2024, Lancet Oncol 25:e205"
CASES = """
                                                               | when                                                                                  | allowed | exactly        | gives | text
linvoseltamab, 5 mg, last minute of day 7                      | drug linvoseltamab us; 0h dose SUD1 -; 7d13h59m tick                                  | -       | proceed        |       | as the schedule says
linvoseltamab, 5 mg, day 8 begins                              | drug linvoseltamab us; 0h dose SUD1 -; 7d14h tick                                     | -       | ask_pharmacist |       | no delay table was found.*ask a pharmacist .label section 2.
linvoseltamab, 5 mg, a minute later                            | drug linvoseltamab us; 0h dose SUD1 -; 7d14h1m tick                                   | -       | ask_pharmacist |       | no delay table was found.*ask a pharmacist .label section 2.
linvoseltamab, 25 mg, last minute of day 7                     | drug linvoseltamab us; 0h dose SUD2 -; 7d13h59m tick                                  | -       | proceed        |       | as the schedule says
linvoseltamab, 25 mg, day 8 begins                             | drug linvoseltamab us; 0h dose SUD2 -; 7d14h tick                                     | -       | ask_pharmacist |       | no delay table was found.*ask a pharmacist .label section 2.
linvoseltamab, 25 mg, a minute later                           | drug linvoseltamab us; 0h dose SUD2 -; 7d14h1m tick                                   | -       | ask_pharmacist |       | no delay table was found.*ask a pharmacist .label section 2.
linvoseltamab, EU, 5 mg, last minute of day 7                  | drug linvoseltamab eu; 0h dose SUD1 -; 7d13h59m tick                                  | -       | proceed        |       | as the schedule says
linvoseltamab, EU, 5 mg, day 8 begins                          | drug linvoseltamab eu; 0h dose SUD1 -; 7d14h tick                                     | -       | ask_pharmacist |       | no delay table was found.*ask a pharmacist .label section 2.
linvoseltamab, EU, 5 mg, a minute later                        | drug linvoseltamab eu; 0h dose SUD1 -; 7d14h1m tick                                   | -       | ask_pharmacist |       | no delay table was found.*ask a pharmacist .label section 2.
odronextamab, 0.5 mg, last minute of day 6                     | drug odronextamab eu; 0h dose SUD1b -; 6d13h59m tick                                  | -       | proceed        |       | as the schedule says
odronextamab, 0.5 mg, day 7 begins                             | drug odronextamab eu; 0h dose SUD1b -; 6d14h tick                                     | -       | ask_pharmacist |       | no delay table was found.*ask a pharmacist .label section 2.
odronextamab, 0.5 mg, a minute later                           | drug odronextamab eu; 0h dose SUD1b -; 6d14h1m tick                                   | -       | ask_pharmacist |       | no delay table was found.*ask a pharmacist .label section 2.
tebentafusp, dose 1, last minute of day 7                      | drug tebentafusp standard; 0h dose dose 1 -; 7d13h59m tick                            | -       | proceed        |       | as the schedule says
tebentafusp, dose 1, day 8 begins                              | drug tebentafusp standard; 0h dose dose 1 -; 7d14h tick                               | -       | ask_pharmacist |       | no delay table was found.*ask a pharmacist .label section 2.
tebentafusp, dose 1, a minute later                            | drug tebentafusp standard; 0h dose dose 1 -; 7d14h1m tick                             | -       | ask_pharmacist |       | no delay table was found.*ask a pharmacist .label section 2.
tebentafusp, dose 2, last minute of day 7                      | drug tebentafusp standard; 0h dose dose 2 -; 7d13h59m tick                            | -       | proceed        |       | as the schedule says
tebentafusp, dose 2, day 8 begins                              | drug tebentafusp standard; 0h dose dose 2 -; 7d14h tick                               | -       | ask_pharmacist |       | no delay table was found.*ask a pharmacist .label section 2.
tebentafusp, dose 2, a minute later                            | drug tebentafusp standard; 0h dose dose 2 -; 7d14h1m tick                             | -       | ask_pharmacist |       | no delay table was found.*ask a pharmacist .label section 2.
linvoseltamab, 200 mg, interval unknown, last minute of day 28 | drug linvoseltamab us; 0h dose first full dose -; 28d13h59m tick                      | -       | proceed        |       | as the schedule says
linvoseltamab, 200 mg, interval unknown, day 29 begins         | drug linvoseltamab us; 0h dose first full dose -; 28d14h tick                         | -       | ask_pharmacist |       | no delay table was found
linvoseltamab, 200 mg, interval unknown, a minute later        | drug linvoseltamab us; 0h dose first full dose -; 28d14h1m tick                       | -       | ask_pharmacist |       | no delay table was found
linvoseltamab, weekly until now, last minute of day 7          | drug linvoseltamab us; 0h dose first full dose -; 7d dose C2D1 200 mg; 14d13h59m tick | -       | proceed        |       | as the schedule says
linvoseltamab, weekly until now, day 8 begins                  | drug linvoseltamab us; 0h dose first full dose -; 7d dose C2D1 200 mg; 14d14h tick    | -       | ask_pharmacist |       | no delay table was found
linvoseltamab, weekly until now, a minute later                | drug linvoseltamab us; 0h dose first full dose -; 7d dose C2D1 200 mg; 14d14h1m tick  | -       | ask_pharmacist |       | no delay table was found
an unknown drug                                                | drug x; 0h dose SUD1; 60d tick                                                        | -       | ask_pharmacist |       | not known
no dose yet                                                    | 0h tick; 60d tick                                                                     | -       | proceed        |       |
"""


def test_unknown_restart(case):
    case.holds()
