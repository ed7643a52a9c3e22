title = "How long a medicine hides fever"
text = """Only recorded medicines mask: paracetamol (acetaminophen) 6 hours, an NSAID 8, prednisolone or equivalent
24, dexamethasone 48, methylprednisolone 24, anakinra 24, tocilizumab 240. At exactly the end the mask has
ended."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1"
CASES = """
                                    | when                                                 | masked | fever | grade
nothing recorded                    | 1h well                                              | no     | no    | 0
at once                             | 1h med acetaminophen; 1h well                        | yes    | no    | 0
acetaminophen, a minute before 6 h  | 1h med acetaminophen; 6h59m well                     | yes    | no    | 0
acetaminophen, 6 h                  | 1h med acetaminophen; 7h well                        | no     | no    | 0
acetaminophen, 6 h and a minute     | 1h med acetaminophen; 7h1m well                      | no     | no    | 0
paracetamol, a minute before 6 h    | 1h med paracetamol; 6h59m well                       | yes    | no    | 0
paracetamol, 6 h                    | 1h med paracetamol; 7h well                          | no     | no    | 0
paracetamol, 6 h and a minute       | 1h med paracetamol; 7h1m well                        | no     | no    | 0
ibuprofen, a minute before 8 h      | 1h med ibuprofen; 8h59m well                         | yes    | no    | 0
ibuprofen, 8 h                      | 1h med ibuprofen; 9h well                            | no     | no    | 0
ibuprofen, 8 h and a minute         | 1h med ibuprofen; 9h1m well                          | no     | no    | 0
naproxen, a minute before 8 h       | 1h med naproxen; 8h59m well                          | yes    | no    | 0
naproxen, 8 h                       | 1h med naproxen; 9h well                             | no     | no    | 0
prednisolone, a minute before 24 h  | 1h med prednisolone; 24h59m well                     | yes    | no    | 0
prednisolone, 24 h                  | 1h med prednisolone; 25h well                        | no     | no    | 0
prednisolone, 24 h and a minute     | 1h med prednisolone; 25h1m well                      | no     | no    | 0
prednisone, a minute before 24 h    | 1h med prednisone; 24h59m well                       | yes    | no    | 0
dexamethasone, a minute before 48 h | 1h med dexamethasone; 48h59m well                    | yes    | no    | 0
dexamethasone, 48 h                 | 1h med dexamethasone; 49h well                       | no     | no    | 0
dexamethasone, 48 h and a minute    | 1h med dexamethasone; 49h1m well                     | no     | no    | 0
methylprednisolone, before 24 h     | 1h med methylprednisolone; 24h59m well               | yes    | no    | 0
methylprednisolone, 24 h            | 1h med methylprednisolone; 25h well                  | no     | no    | 0
methylprednisolone, after 24 h      | 1h med methylprednisolone; 25h1m well                | no     | no    | 0
anakinra, a minute before 24 h      | 1h med anakinra; 24h59m well                         | yes    | no    | 0
anakinra, 24 h                      | 1h med anakinra; 25h well                            | no     | no    | 0
anakinra, 24 h and a minute         | 1h med anakinra; 25h1m well                          | no     | no    | 0
tocilizumab, a minute before 240 h  | 1h med tocilizumab; 240h59m well                     | yes    | no    | 0
tocilizumab, 240 h                  | 1h med tocilizumab; 241h well                        | no     | no    | 0
tocilizumab, 240 h and a minute     | 1h med tocilizumab; 241h1m well                      | no     | no    | 0
written in capitals                 | 1h med Dexamethasone; 40h well                       | yes    | no    | 0
ondansetron masks nothing           | 1h med ondansetron; 1h1m well                        | no     | no    | 0
an unknown medicine masks nothing   | 1h med moonshine; 1h1m well                          | no     | no    | 0
the longer of two                   | 1h med dexamethasone; 1h med acetaminophen; 30h well | yes    | no    | 0
"""


def test_masking_hours(case):
    case.holds()
