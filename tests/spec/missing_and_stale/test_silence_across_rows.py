title = "Silence while a slower row begins"
text = """Silence never calms. What is overdue or stale when a slower row begins stays so until something is heard, and a silence
that has become urgent stays urgent when the window closes. What is not yet overdue is due later from then on. Here the
window closes 117 hours after the dose."""
source = "engineering default, 2026-11-21, unsigned"
given = "zone Asia/Karachi; 0h dose SUD1"
CASES = """
                                      | when                                             | phase   | urgency | overdue | due T   | sight
a quiet episode, at the end of grace  | 1h T 38.0; 1h10m well; 2h50m well; 4h5m tick     | open    | watch   | T S B   | 3h50m   | seen
30 minutes later                      | 1h T 38.0; 1h10m well; 2h50m well; 4h35m tick    | open    | urgent  | T S B   | 3h50m   | seen
a minute before two-hourly            | 1h T 38.0; 1h10m well; 2h50m well; 4h59m tick    | open    | urgent  | T S B   | 3h50m   | seen
two-hourly from here                  | 1h T 38.0; 1h10m well; 2h50m well; 5h tick       | open    | urgent  | T S B   | 3h50m   | seen
a minute later                        | 1h T 38.0; 1h10m well; 2h50m well; 5h1m tick     | open    | urgent  | T S B   | 3h50m   | seen
measured again                        | 1h T 38.0; 1h10m well; 2h50m well; 5h1m well     | open    | routine | none    | 7h1m    | seen
urgent before the window closes       | 110h well; 116h59m tick                          | closing | urgent  | T S B   | 114h    | blind
urgent, it closes                     | 110h well; 117h tick                             | closed  | urgent  | T S B   | 114h    | blind
urgent, a minute after                | 110h well; 117h1m tick                           | closed  | urgent  | T S B   | 114h    | blind
urgent, a day after                   | 110h well; 141h tick                             | closed  | urgent  | T S B   | 114h    | blind
a cause is nothing heard              | 110h well; 117h attribute fever                  | closed  | urgent  | T S B   | 114h    | blind
a medicine was given: heard           | 110h well; 117h med ondansetron                  | closed  | routine | none    | 118h    | blind
stale stays stale, though             | 110h well; 117h med ondansetron; 117h30m tick    | closed  | routine | none    | 118h    | blind
one group measured after it           | 110h well; 118h T 36.6                           | closed  | urgent  | S B     | 126h    | partial
all measured after it                 | 110h well; 118h well                             | closed  | routine | none    | 126h    | seen
only watch when it closes             | 112h10m well; 117h tick                          | closed  | watch   | T S B   | 116h10m | blind
watch, an hour after                  | 112h10m well; 118h tick                          | closed  | watch   | T S B   | 116h10m | blind
not yet overdue when it closes        | 112h35m well; 117h tick                          | closed  | routine | none    | 120h35m | seen
due later from then on                | 112h35m well; 121h4m tick                        | closed  | routine | none    | 120h35m | seen
and overdue then                      | 112h35m well; 121h5m tick                        | closed  | watch   | T S B   | 120h35m | blind
an answer is something heard          | 1h well; 1h30m symptom fainting; 2h symptom none | open    | routine | none    | 5h      | seen
unanswered it runs out, overdue stays | 1h well; 1h30m symptom fainting; 5h30m tick      | open    | urgent  | T S B   | 1h45m   | blind
"""


def test_silence_while_a_slower_row_begins(case):
    case.holds()
