# The report for a support desk.

report-when = Date
report-zone = Time zone
report-account = Account
report-symptom = Symptom
report-program = Program
report-system = System
report-clock = Clock
report-clock-kept = kept in step with others
report-clock-free = not kept in step with others
report-clock-unknown = the system does not say
report-vault = Vault
report-operations = What was done last
report-no-secrets = There is no secret in this report: no code, no key, no passphrase.
