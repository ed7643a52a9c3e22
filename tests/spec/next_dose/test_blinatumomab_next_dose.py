title = "Blinatumomab"
text = """Each row is one cell of the label's table for blinatumomab: what has to be done before the next dose is given, after the event is over.
Where the label tells apart first and repeated, or short and long, each has its row."""
source = "HOPA guide of 2025-08-18 to the US labels"
CASES = """
                                    | when                                                                                                                              | allowed | earliest | exactly                                                                 | text
CRS 1: nothing said                 | drug blinatumomab rr_ge45kg; 0h dose escalation -; 30h well T 38.4; 31h crs 0                                                     | -       | 31h      | ask_pharmacist                                                          | no recommendation
CRS 2: nothing said                 | drug blinatumomab rr_ge45kg; 0h dose escalation -; 30h well T 38.4 B 80/50; 31h crs 0                                             | -       | 31h      | ask_pharmacist                                                          | no recommendation
CRS 3                               | drug blinatumomab rr_ge45kg; 0h dose escalation -; 30h well T 38.4; 30h support O2 face_mask 8; 31h support none; 31h crs 0       | yes     | 31h      | withhold_until_resolved restart_step_up                                 | 9 mcg/day, 28 mcg/day after 7 days
CRS 3, below 45 kg                  | drug blinatumomab rr_lt45kg; 0h dose escalation -; 30h well T 38.4; 30h support O2 face_mask 8; 31h support none; 31h crs 0       | yes     | 31h      | withhold_until_resolved restart_step_up                                 | below 45 kg: 5, then 15
CRS 4                               | drug blinatumomab rr_ge45kg; 0h dose escalation -; 30h well T 38.4; 30h support O2 cpap; 31h support none; 31h crs 0              | no      | -        | discontinue_permanently                                                 | discontinue permanently
ICANS 1: nothing said               | drug blinatumomab rr_ge45kg; 0h dose escalation -; 30h ice 8; 32h ice 10                                                          | -       | 32h      | ask_pharmacist                                                          | no recommendation
ICANS 2                             | drug blinatumomab rr_ge45kg; 0h dose escalation -; 30h ice 5; 32h ice 10                                                          | yes     | 32h      | withhold_until_resolved restart_step_up                                 | 9 mcg/day, 28 mcg/day after 7 days
ICANS 2, below 45 kg                | drug blinatumomab rr_lt45kg; 0h dose escalation -; 30h ice 5; 32h ice 10                                                          | yes     | 32h      | withhold_until_resolved restart_step_up                                 | below 45 kg: 5, then 15
ICANS 3, waits 3 days               | drug blinatumomab rr_ge45kg; 0h dose escalation -; 30h ice 2; 32h ice 10; 103h59m tick                                            | no      | 104h     | withhold_until_resolved symptom_free_72h restart_step_up                | 3 days
ICANS 3, 3 days later               | drug blinatumomab rr_ge45kg; 0h dose escalation -; 30h ice 2; 32h ice 10; 104h tick                                               | yes     | 104h     | withhold_until_resolved symptom_free_72h restart_step_up                |
ICANS 3, resolved in 7 days         | drug blinatumomab rr_ge45kg; 0h dose escalation -; 30h ice 2; 32h ice 8; 198h ice 10                                              | yes     | 104h     | withhold_until_resolved symptom_free_72h restart_step_up                |
ICANS 3, longer than 7 days         | drug blinatumomab rr_ge45kg; 0h dose escalation -; 30h ice 2; 32h ice 8; 198h1m ice 10                                            | no      | -        | discontinue_permanently                                                 | more than 7 days
ICANS 3, at the starting dose       | drug blinatumomab rr_ge45kg; 0h dose cycle-1 start -; 30h ice 2; 32h ice 10                                                       | no      | -        | discontinue_permanently                                                 | starting dose
ICANS 3, starting dose, below 45 kg | drug blinatumomab rr_lt45kg; 0h dose cycle-1 start -; 30h ice 2; 32h ice 10                                                       | no      | -        | discontinue_permanently                                                 | starting dose
ICANS 3, a fixed 28 mcg/day         | drug blinatumomab mrd_or_consolidation; 0h dose fixed dose -; 30h ice 2; 32h ice 10; 104h tick                                    | yes     | 104h     | withhold_until_resolved symptom_free_72h restart_step_up                |
ICANS 3, dose not known             | drug blinatumomab rr_ge45kg; 0h dose bag7 13 mcg/day; 30h ice 2; 32h ice 10                                                       | -       | -        | withhold_until_resolved symptom_free_72h restart_step_up ask_pharmacist | starting dose
one seizure                         | drug blinatumomab rr_ge45kg; 0h dose escalation -; 30h neuro brief; 32h neuro spontaneous; 104h tick                              | yes     | 104h     | withhold_until_resolved symptom_free_72h restart_step_up                |
more than one seizure               | drug blinatumomab rr_ge45kg; 0h dose escalation -; 30h neuro brief; 31h neuro spontaneous; 32h neuro brief; 33h neuro spontaneous | no      | -        | discontinue_permanently                                                 | 2 seizures
ICANS 4                             | drug blinatumomab rr_ge45kg; 0h dose escalation -; 30h neuro unarousable; 32h neuro spontaneous                                   | no      | -        | discontinue_permanently                                                 | discontinue permanently
"""


def test_blinatumomab_next_dose(case):
    case.holds()
