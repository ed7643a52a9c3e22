title = "Oxygen that was given"
text = """Nasal cannula up to 6 L/min or blow-by is grade 2; above 6 L/min, high-flow cannula, face mask, Venturi
and non-rebreather are 3 at any flow; CPAP, BiPAP and ventilator are 4. Oxygen the patient always has, or
a tube for the airway alone, is 0 on the axis. A cannula of unknown flow is 2, at least."""
source = "ASTCT 2019, Lee et al., doi:10.1016/j.bbmt.2018.12.758"
given = "0h dose SUD1; 1h well T 38.4"
CASES = """
                                 | when                                                 | grade | O2 axis | certainty | at least
cannula 0.5 L/min                | 1h10m support O2 nasal_cannula 0.5                   | 2     | 2       | confirmed | no
cannula 5.9 L/min                | 1h10m support O2 nasal_cannula 5.9                   | 2     | 2       | confirmed | no
cannula exactly 6 L/min          | 1h10m support O2 nasal_cannula 6                     | 2     | 2       | confirmed | no
cannula just above 6 L/min       | 1h10m support O2 nasal_cannula 6.1                   | 3     | 3       | confirmed | no
cannula 10 L/min                 | 1h10m support O2 nasal_cannula 10                    | 3     | 3       | confirmed | no
cannula, flow missing            | 1h10m support O2 nasal_cannula                       | 2     | 2       | confirmed | yes
blow-by                          | 1h10m support O2 blow_by                             | 2     | 2       | confirmed | no
blow-by at 6 L/min               | 1h10m support O2 blow_by 6                           | 2     | 2       | confirmed | no
blow-by above 6 L/min            | 1h10m support O2 blow_by 6.1                         | 2     | 2       | confirmed | no
high-flow cannula                | 1h10m support O2 high_flow_cannula 30                | 3     | 3       | confirmed | no
high-flow cannula at 4           | 1h10m support O2 high_flow_cannula 4                 | 3     | 3       | confirmed | no
high-flow cannula, flow missing  | 1h10m support O2 high_flow_cannula                   | 3     | 3       | confirmed | no
high-flow cannula, 6 L/min       | 1h10m support O2 high_flow_cannula 6                 | 3     | 3       | confirmed | no
high-flow cannula, above 6 L/min | 1h10m support O2 high_flow_cannula 6.1               | 3     | 3       | confirmed | no
face mask at 5                   | 1h10m support O2 face_mask 5                         | 3     | 3       | confirmed | no
face mask, flow missing          | 1h10m support O2 face_mask                           | 3     | 3       | confirmed | no
face mask, 6 L/min               | 1h10m support O2 face_mask 6                         | 3     | 3       | confirmed | no
face mask, above 6 L/min         | 1h10m support O2 face_mask 6.1                       | 3     | 3       | confirmed | no
Venturi                          | 1h10m support O2 venturi 4                           | 3     | 3       | confirmed | no
Venturi, flow missing            | 1h10m support O2 venturi                             | 3     | 3       | confirmed | no
Venturi, 6 L/min                 | 1h10m support O2 venturi 6                           | 3     | 3       | confirmed | no
Venturi, above 6 L/min           | 1h10m support O2 venturi 6.1                         | 3     | 3       | confirmed | no
non-rebreather                   | 1h10m support O2 non_rebreather 15                   | 3     | 3       | confirmed | no
non-rebreather, flow missing     | 1h10m support O2 non_rebreather                      | 3     | 3       | confirmed | no
non-rebreather, 6 L/min          | 1h10m support O2 non_rebreather 6                    | 3     | 3       | confirmed | no
non-rebreather, above 6 L/min    | 1h10m support O2 non_rebreather 6.1                  | 3     | 3       | confirmed | no
CPAP                             | 1h10m support O2 cpap                                | 4     | 4       | confirmed | no
CPAP, 6 L/min                    | 1h10m support O2 cpap 6                              | 4     | 4       | confirmed | no
CPAP, above 6 L/min              | 1h10m support O2 cpap 6.1                            | 4     | 4       | confirmed | no
BiPAP                            | 1h10m support O2 bipap                               | 4     | 4       | confirmed | no
BiPAP, 6 L/min                   | 1h10m support O2 bipap 6                             | 4     | 4       | confirmed | no
BiPAP, above 6 L/min             | 1h10m support O2 bipap 6.1                           | 4     | 4       | confirmed | no
ventilator                       | 1h10m support O2 ventilator                          | 4     | 4       | confirmed | no
ventilator, 6 L/min              | 1h10m support O2 ventilator 6                        | 4     | 4       | confirmed | no
ventilator, above 6 L/min        | 1h10m support O2 ventilator 6.1                      | 4     | 4       | confirmed | no
chronic cannula                  | 1h10m support O2 nasal_cannula 2 chronic             | 1     | 0       |           |
chronic CPAP                     | 1h10m support O2 cpap chronic                        | 1     | 0       |           |
ventilator for the airway        | 1h10m support O2 ventilator airway_protection        | 1     | 0       |           |
decides against a good value     | 1h10m support O2 face_mask 8; 1h20m S 99             | 3     | 3       | confirmed | no
decides against a bad value      | 1h10m support O2 nasal_cannula 2 chronic; 1h20m S 88 | 1     | 0       |           |
decides while SpO2 is stale      | 1h10m support O2 nasal_cannula 4; 6h T 38.4 B 124/76 | 2     | 2       | confirmed | no
"""


def test_oxygen_support_by_device_and_flow(case):
    case.holds()
